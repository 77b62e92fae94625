//! The stand-in Discord is believed by those who know the real one: discord.js, Discord's own discord-interactions, and serenity.
//!
//! Each checks another side of it; what is refused, over REST and at the gateway, is checked by hand.

mod by_hand;
mod discord_js;
mod endpoint;
mod gateway;
mod program;
mod serenity;
