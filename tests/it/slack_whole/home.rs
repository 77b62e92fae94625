//! App Home is kept true while somebody may be looking, whoever changed what it shows; what is pressed there says where its answer is.

use super::*;

impl Told {
    /// Waits until somebody's home has these words.
    async fn home_says(&self, who: &slack::Person, words: &str) -> Result<slack::View> {
        let home = || who.home().filter(|home| home.text.contains(words));
        self.slack
            .until(&format!("{words:?} in somebody's home"), home)
            .await
            .with_context(|| format!("it says: {}", who.home().map(|home| home.text).unwrap_or_default()))
    }
}

#[tokio::test]
async fn a_home_follows_what_others_do_and_its_buttons_say_where_they_answer() -> Result<()> {
    let told = Told::begin().await?;
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| told.person(name));
    bob.opens_home().await?;
    told.home_says(&bob, "Nothing waits for you").await?;
    alice.types("ops", "/deploy search-api 98ab4e2 to production").await?;
    let home = told.home_says(&bob, "1 plan waits for your approval").await?;
    let shown = home.text.lines().filter(|line| !line.contains("OP-1 ")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(shown, @"
    ✋ 1 plan waits for your approval
    ---
    🟢 No open incidents
    to open one: incident declare sev2 what people notice
    ");
    let card = carol.sees("ops", "Deploy search-api to production").await?;
    carol.reacts("ops", &card.ts, "x").await?;
    told.home_says(&bob, "Nothing waits for you").await?;

    alice.types("ops", "/incident declare sev2 Search is <slow> & broken").await?;
    told.home_says(&bob, "Search is <slow> & broken").await?;
    alice.types("ops", "/restart search-api in production").await?;
    told.home_says(&bob, "1 plan waits for your approval").await?;
    bob.presses_in_home("Approve OP-2").await?;
    let home = told.home_says(&bob, "You pressed a button here").await?;
    let said = home.text.lines().skip_while(|line| !line.contains("You pressed")).collect::<Vec<_>>();
    insta::assert_snapshot!(said.join("\n"), @"
    💬 You pressed a button here
    approve OP-2 was said in slack/acme/ops and is answered there; if you are not in that channel, I write to you. This page follows within seconds.
    ");
    told.home_says(&bob, "Nothing waits for you").await?;
    alice.sees("ops", "Restart search-api in production — done").await?;
    told.ends().await
}
