//! The test vector of the chain, and every way in which a chain can be broken.

use super::*;

/// What PostgreSQL's function said of these two rows.
const FIRST: &str = "30067aa3b94ed97eef47b0cd74290139c603d4ff48a444e37240e005714bea79";
const SECOND: &str = "7c03f15fb1d07cbade96f845a1facbb60bfd4a33db55a4e9221960a1045a5cce";

fn at(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap()
}

fn first() -> Row {
    Row {
        id: 7,
        at: at(1_795_499_930_010_247),
        recorded_at: at(1_795_499_930_500_000),
        key: "inbox/3/note".to_owned(),
        incident: Some(2),
        operation: None,
        alert_group: None,
        actor: r#"{"person": "alice"}"#.to_owned(),
        event: r#"{"kind": "noted", "text": "naïve \n \"☃\""}"#.to_owned(),
    }
}

fn second() -> Row {
    let (actor, event) = (r#""watchkeeper""#.to_owned(), r#"{"kind": "changed", "what": ""}"#.to_owned());
    Row { id: 9, key: "op/1/changed".to_owned(), incident: None, operation: Some(1), actor, event, ..first() }
}

fn link(seq: i64, previous: &str, hash: &str, row: Row) -> Link {
    let (previous, hash) = (Hash(previous.to_owned()), Hash(hash.to_owned()));
    Link { seq, previous, hash, timeline_id: row.id, row: Some(row) }
}

/// A chain of any length, sealed as the database would.
fn sealed(rows: impl IntoIterator<Item = Row>) -> Vec<Link> {
    let mut links: Vec<Link> = vec![];
    for (row, seq) in rows.into_iter().zip(1..) {
        let previous = links.last().map_or_else(Hash::before_the_first, |last| last.hash.clone());
        let hash = Hash::of(&canonical(seq, &previous, &row));
        links.push(Link { seq, previous, hash, timeline_id: row.id, row: Some(row) });
    }
    links
}

fn walk(links: &[Link], expected: Option<Head>) -> Result<(u64, Option<Head>), Broken> {
    let mut chain = Chain::whole(expected);
    links.iter().try_for_each(|link| chain.follow(link))?;
    chain.end()
}

fn three() -> Vec<Link> {
    sealed([first(), second(), Row { id: 12, key: "third".to_owned(), ..second() }])
}

#[test]
fn the_hash_is_the_one_that_the_database_makes() {
    let links = [link(1, &"0".repeat(64), FIRST, first()), link(2, FIRST, SECOND, second())];
    assert_eq!(walk(&links, None), Ok((2, Some(Head { seq: 2, hash: Hash(SECOND.to_owned()) }))));
}

#[test]
fn the_canonical_form_keeps_every_value_apart() {
    insta::assert_snapshot!(canonical(1, &Hash("00".to_owned()), &first()), @r#"
    1:1
    2:00
    1:7
    16:1795499930010247
    16:1795499930500000
    12:inbox/3/note
    1:2
    -
    -
    19:{"person": "alice"}
    46:{"kind": "noted", "text": "naïve \n \"☃\""}
    "#);
    let one = Row { key: "a".to_owned(), actor: "bc".to_owned(), ..first() };
    let other = Row { key: "ab".to_owned(), actor: "c".to_owned(), ..first() };
    assert_ne!(
        canonical(1, &Hash::before_the_first(), &one),
        canonical(1, &Hash::before_the_first(), &other)
    );
}

#[test]
fn every_change_of_every_column_is_seen() {
    let changes: [fn(&mut Row); 9] = [
        |row| row.id = 99,
        |row| row.at = at(0),
        |row| row.recorded_at = at(0),
        |row| row.key.push('x'),
        |row| row.incident = None,
        |row| row.operation = Some(5),
        |row| row.alert_group = Some(5),
        |row| row.actor = r#"{"person": "bob"}"#.to_owned(),
        |row| row.event.push(' '),
    ];
    for change in changes {
        let mut links = three();
        let id = {
            let row = links[0].row.as_mut().unwrap();
            change(row);
            row.id
        };
        assert_eq!(walk(&links, None), Err(Broken::Changed { seq: 1, id }));
    }
}

#[test]
fn what_is_missing_moved_or_put_in_between_is_seen() {
    let whole = three();
    let head = walk(&whole, None).unwrap().1.unwrap();
    let mut gone = whole.clone();
    gone[1].row = None;
    assert_eq!(walk(&gone, None), Err(Broken::Gone { seq: 2, id: 9 }));

    let without = [whole[0].clone(), whole[2].clone()];
    assert_eq!(walk(&without, None), Err(Broken::Missing { seq: 2, found: 3 }));
    assert_eq!(walk(&whole[1..], None), Err(Broken::Missing { seq: 1, found: 2 }));

    let mut moved = whole.clone();
    let (one, two) = (moved[0].row.take(), moved[1].row.take());
    (moved[0].row, moved[1].row) = (two, one);
    assert_eq!(walk(&moved, None), Err(Broken::Changed { seq: 1, id: 9 }));

    // Whoever seals everything anew after a change makes a whole chain, but not the one that was noted.
    let anew = sealed([first(), Row { id: 9, ..first() }, second()]);
    assert!(walk(&anew, None).is_ok());
    assert_eq!(walk(&anew, Some(head.clone())), Err(Broken::NotExpected { seq: 3 }));
    let mut grafted = whole.clone();
    grafted[2] = anew[2].clone();
    assert_eq!(walk(&grafted, None), Err(Broken::Unchained { seq: 3 }));

    assert!(walk(&whole[..2], None).is_ok(), "nobody can tell, without having noted the head");
    assert_eq!(walk(&whole[..2], Some(head.clone())), Err(Broken::CutOff { seq: 3, end: 2 }));
    assert!(walk(&whole, Some(head)).is_ok());
}

#[test]
fn a_part_is_checked_from_where_it_begins() {
    let mut part = Chain::part(None);
    for link in &three()[1..] {
        part.follow(link).unwrap();
    }
    assert_eq!(part.end().unwrap().0, 2);
    let mut part = Chain::part(Some(Head { seq: 1, hash: three()[0].hash.clone() }));
    part.follow(&three()[1]).unwrap();
    assert_eq!(part.end(), Err(Broken::NotInThisPart { seq: 1, first: 2 }));
}

#[test]
fn a_head_is_read_as_it_is_printed() {
    let head = Head { seq: 12, hash: Hash("ab".repeat(32)) };
    assert_eq!(head.to_string().parse(), Ok(head));
    for wrong in
        ["", "12", "12:ab", "x:abab", &format!("0:{}", "ab".repeat(32)), &format!("1:{}", "xy".repeat(32))]
    {
        assert_eq!(wrong.parse::<Head>(), Err(NoHead), "{wrong}");
    }
}
