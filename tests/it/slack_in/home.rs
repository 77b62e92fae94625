//! App Home shows what waits; what is pressed there is said in a channel where it may be.

use super::*;

#[tokio::test]
async fn home_shows_what_waits_and_its_buttons_work() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    alice.opens_home().await?;
    let home = told.slack.until("her home", || alice.home()).await?;
    insta::assert_snapshot!(home.text, @"✋ 1 plan waits for your approval");
    alice.presses_in_home("Approve OP-12").await?;
    insta::assert_snapshot!(shown(&told.hears().await?), @"T0ACME/U0ALICE in T0ACME/C0OPS: presses approve OP-12");
    let shown_again = || (told.slack.calls("views.publish").len() == 2).then_some(());
    told.slack.until("her home once more", shown_again).await?;
    told.hears_no_more().await
}
