//! Slash commands: registered from the verb list, answered at once, and the answer becomes the card.

use super::*;

#[tokio::test]
async fn a_slash_command_is_stored_deferred_and_becomes_its_card() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    let answered =
        alice.types("ops", "/deploy service:search-api tag:98ab4e2 environment:production").await?;
    assert_eq!((answered.kind, answered.ephemeral), (Answer::Deferred, false));
    let request = told.ears.hears_one().await?;
    assert_eq!(words(&request), "deploy search-api 98ab4e2 to production");
    assert_eq!((&request.from, &request.place), (&told.account("alice"), &told.ops()));
    let waiting = answered.message.context("something is shown")?;
    assert!(alice.looks_at("ops", &waiting).is_some_and(|seen| seen.loading));

    let id = told.answers(&request, "op/12", &plan()).await?;
    assert_eq!(id, waiting, "the card stands where the answer was begun");
    let seen = alice.looks_at("ops", &id).context("the card is there")?;
    assert!(!seen.loading && seen.text.contains("98ab4e2"));
    told.adapter.edit(&request.place, &id, &done()).await?;
    assert!(alice.looks_at("ops", &id).is_some_and(|seen| seen.text.contains("done")));
    assert_eq!(alice.reads("ops").len(), 1);
    told.ends();
    Ok(())
}

#[tokio::test]
async fn the_same_over_the_endpoint_and_a_redelivery_is_the_same_request() -> Result<()> {
    let told = Told::begin_at_the_endpoint().await?;
    let alice = told.discord.person("acme", "alice");
    let answered = alice.types("ops", "/status service:search-api").await?;
    assert_eq!(answered.kind, Answer::Deferred);
    told.discord.delivers_again(&answered.interaction);
    let request = told.ears.hears_one().await?;
    assert_eq!(words(&request), "status search-api");
    assert_eq!(request.delivery, format!("interaction/{}", answered.interaction));
    told.answers(&request, "reply/1", &done()).await?;
    let turned_away = told.ears.turned_away();
    assert!(!turned_away.is_empty(), "Discord tries the endpoint with a bad signature first");
    assert!(turned_away.iter().all(|it| it.door == "discord"));
    told.ends();
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_for_one_person_and_leaves_nothing_in_the_channel() -> Result<()> {
    let told = Told::begin().await?;
    let (alice, dave) = (told.discord.person("acme", "alice"), told.discord.person("acme", "dave"));
    dave.types("ops", "/deploy service:search-api tag:98ab4e2 environment:dev").await?;
    let request = told.ears.hears_one().await?;
    told.whispers(&request, &Message::new(Tone::Warning, "You may not deploy to dev.")).await?;
    let seen = dave.sees("ops", "may not deploy").await?;
    assert!(seen.ephemeral);
    assert_eq!(alice.reads("ops").len(), 0, "nobody else sees anything");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_an_ordinary_message() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    alice.types("ops", "/status service:search-api").await?;
    let mut request = told.ears.hears_one().await?;
    request.answer_to = request.answer_to.map(|handle| format!("{handle}-is-over"));
    told.answers(&request, "reply/1", &done()).await?;
    assert_eq!(alice.reads("ops").iter().filter(|seen| seen.text.contains("done")).count(), 1);
    Ok(())
}

#[tokio::test]
async fn options_are_completed_from_the_policy_and_the_registry() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    let offered = async |line: &str, option: &str| -> Result<Vec<String>> {
        let choices = alice.completes("ops", line, option).await?;
        Ok(choices.into_iter().map(|(name, _)| name).collect())
    };
    assert_eq!(offered("/deploy service:sea", "service").await?, ["search-api"]);
    assert_eq!(offered("/deploy service:search-api tag:7", "tag").await?, ["7c3f2b1"]);
    assert_eq!(offered("/deploy service:checkin-api tag:7", "tag").await?, Vec::<String>::new());
    let line = "/deploy service:search-api tag:7c3f2b1 environment:";
    assert_eq!(offered(line, "environment").await?, ["dev", "staging", "production"]);
    assert_eq!(offered("/review words:li", "words").await?, ["list"]);
    told.ends();
    Ok(())
}

#[tokio::test]
async fn commands_are_registered_once_and_again_only_when_they_are_different() -> Result<()> {
    let told = Told::begin().await?;
    assert_eq!(told.discord.calls("bulk_set_guild_application_commands").len(), 1);
    let cancel = CancellationToken::new();
    let _stops = cancel.clone().drop_guard();
    let policy = Arc::new(Policy::parse(&policy(&told.discord, false))?);
    let desk = Arc::new(AtDesk::new(&policy));
    let another = Discord::open(discord_settings(&told.discord), policy, desk, Site::default())?;
    let ears = Arc::new(Ears::default());
    let (intake, last_heard) = (Arc::clone(&ears) as Arc<dyn Intake>, ears as Arc<dyn LastHeard>);
    tokio::spawn(another.listen(intake, last_heard, cancel));
    told.discord.until("another session", || (told.discord.sessions() == 2).then_some(())).await?;
    let looked = || (told.discord.calls("list_guild_application_commands").len() >= 2).then_some(());
    told.discord.until("another look", looked).await?;
    assert_eq!(told.discord.calls("bulk_set_guild_application_commands").len(), 1);
    told.ends();
    Ok(())
}

/// Verbs are what is typed, whatever somebody's client speaks; what they do is said in its language.
#[tokio::test]
async fn whoever_reads_german_reads_what_a_command_does_in_german() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    assert!(alice.menu("deploy")?.contains("service: The service"));
    alice.reads_in("de");
    insta::assert_snapshot!([alice.menu("deploy")?, alice.menu("lock")?].join("\n"), @"
    deploy: Bringt ein Image in eine Umgebung
      service: Der Service
      tag: Der Tag des Images
      environment: Wo: dev, staging, production …
    lock: Lässt auf einem Service oder in einer Umgebung nichts Neues beginnen
      reason: Warum
      target: Ein Service oder eine Umgebung
      duration: Wie lange: 30m, 2h, 3d
      service: Der Service
      environment: Wo: dev, staging, production …
    ");
    alice.reads_in("ja");
    insta::assert_snapshot!(alice.menu("incident")?, @"
    incident: インシデントの宣言、状態の変更、記録、参照を行います
      declare: インシデントを開きます（指定がなければ sev3）
        severity: 深刻度（sev1 が最も深刻）
        service: サービス
        title: 何が起きているかを短く
      open: アラートグループからインシデントを開きます
        alert: ALERT-n
      status: インシデントの状態を変更します
        status: 現在の状態
        incident: INC-n（省略時はこのスレッドのもの）
        reason: 理由
      note: タイムラインにメモを書き込みます
        text: 自由に記入
        incident: INC-n（省略時はこのスレッドのもの）
      role: commander、scribe、comms、ops の担当者を決めます
        incident: INC-n（省略時はこのスレッドのもの）
        role: その人が担う役割
        person: 担当者
      severity: 現在の深刻度を設定します
        severity: 深刻度（sev1 が最も深刻）
        incident: INC-n（省略時はこのスレッドのもの）
      affects: 影響を受けるものを指定します。sev1 と sev2 の間、そこに新しいデプロイはできません
        service: サービス
        incident: INC-n（省略時はこのスレッドのもの）
        environment: 環境：dev、staging、production など
      list: オープン中のインシデントを一覧表示します
      timeline: 何が起きたかを時系列で表示します
        incident: INC-n（省略時はこのスレッドのもの）
      resolve: 影響が終わったことを記録します
        incident: INC-n（省略時はこのスレッドのもの）
      close: 対応が完了したことを記録します
        incident: INC-n（省略時はこのスレッドのもの）
    ");
    alice.reads_in("pt-BR");
    insta::assert_snapshot!(alice.menu_of_messages().join("\n"), @"
    Adicionar à linha do tempo
    Abrir um incidente com isto
    ");
    alice.reads_in("fi");
    assert!(alice.menu("deploy")?.contains("service: The service"), "what there is no text for is English");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn a_form_asks_in_the_readers_language() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    alice.reads_in("fr");
    alice.types("ops", "/incident role").await?;
    let modal = alice.modal().context("a form is open")?;
    let labels: Vec<_> = modal.fields.iter().map(|it| (&*it.custom_id, &*it.label)).collect();
    insta::assert_debug_snapshot!(labels, @r#"
    [
        (
            "role",
            "Ce dont la personne se charge",
        ),
        (
            "person",
            "Qui",
        ),
        (
            "incident",
            "INC-n ; sans rien, celui de ce fil",
        ),
    ]
    "#);
    alice.closes();
    told.ends();
    Ok(())
}
