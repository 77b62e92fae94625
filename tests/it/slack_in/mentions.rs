//! Said to the bot by its name, or to it alone: the same words as a command, and in a thread the only way to give one.

use super::*;

#[tokio::test]
async fn a_mention_is_a_command_where_it_is_said() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    let root = alice.posts("ops", "@watchkeeper status search-api").await?;
    let top = told.hears().await?;
    assert_eq!(top.place.thread, None);
    alice.replies("ops", &root, "@watchkeeper: incident role commander @bob").await?;
    let reply = told.hears().await?;
    assert_eq!(reply.place.thread.as_ref(), Some(&root));
    insta::assert_snapshot!([shown(&top), shown(&reply)].join("\n"), @"
    T0ACME/U0ALICE in T0ACME/C0OPS: types status search-api
    T0ACME/U0ALICE in T0ACME/C0OPS, in a thread: types incident role commander @bob
    ");
    told.hears_no_more().await
}

#[tokio::test]
async fn whoever_has_linked_an_account_is_called_by_their_name_of_the_policy() -> Result<()> {
    let workspace = slack::Workspace::default().people(&["zoe"]);
    let told = Told::listening(slack::Settings { workspaces: vec![workspace], ..slack::Settings::default() })
        .await?;
    told.alice().posts("ops", "@watchkeeper incident role INC-1 commander @zoe").await?;
    assert_eq!(told.hears().await?.said, Said::Words("incident role INC-1 commander @carol".to_owned()));
    told.hears_no_more().await
}

#[tokio::test]
async fn what_is_said_to_the_bot_alone_needs_no_name() -> Result<()> {
    let told = Told::by_http().await?;
    told.alice().posts("watchkeeper", "help").await?;
    let heard = told.hears().await?;
    assert!(heard.place.channel.starts_with("T0ACME/D"), "{}", heard.place.channel);
    assert_eq!(heard.said, Said::Words("help".to_owned()));
    told.hears_no_more().await
}

#[tokio::test]
async fn chatter_edits_and_programs_are_not_heard() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    let ts = alice.posts("ops", "is search slow for anybody else?").await?;
    alice.edits("ops", &ts, "@watchkeeper status search-api").await?;
    alice.replies("ops", &ts, "for me, yes").await?;
    alice.deletes("ops", &ts).await?;
    told.hears_no_more().await
}
