//! Records over WebSocket: against an other end that is written by hand, byte by byte, so that not both ends have the
//! same idea of the standard.
#![cfg(feature = "websocket")]

mod closing;
mod frames;
mod handshake;
mod hostile;
mod raw;
