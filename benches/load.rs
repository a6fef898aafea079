//! The appliance under load, in a process of its own: how much it takes beside a bare server, how long answers
//! take at 80 % of what can be kept up, with and without reloads, its memory, and its start. Every answer is checked.
//!
//! `cargo bench --bench load` measures all of it. `FANREPLY_LOAD_RATE=2000 FANREPLY_LOAD_SECONDS=30 cargo bench
//! --bench load` only sends that many messages a second, to a server of its own or to `FANREPLY_LOAD_URL`, which is
//! signed for with `FANREPLY_LOAD_SECRET`; answers of such a server are only checked to be some. `FANREPLY_LOAD_SHARE=0.4`
//! takes another part of the most than 0.8.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a bench measures the real clock

#[path = "load/bare.rs"]
mod bare;
#[path = "load/generator.rs"]
mod generator;
#[path = "load/messages.rs"]
mod messages;
#[path = "../tests/support/server.rs"]
mod server;
#[path = "../tests/support/mod.rs"]
mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use generator::{Figures, Generator};
use messages::{Messages, rules};
use server::{Server, memory};
use support::{Ground, SECRET};

const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
/// How much of the most is asked for; where other programs are at work, the machine may not have so much to give.
const SHARE: f64 = 0.8;
const RULES: usize = 10_000;
const RELOADS: usize = 100;
/// Connections that the platform keeps open.
const CONNECTIONS: usize = 32;

fn main() {
    if bare::is_asked_for() {
        return bare::serve();
    }
    match variable::<f64>("FANREPLY_LOAD_RATE") {
        Some(rate) => only_load(rate, variable("FANREPLY_LOAD_SECONDS").unwrap_or(10.0)),
        None => {
            start_times();
            under_load();
        }
    }
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

fn only_load(rate: f64, seconds: f64) {
    let length = Duration::from_secs_f64(seconds);
    let figures = match variable::<String>("FANREPLY_LOAD_URL") {
        Some(url) => {
            let secret = variable("FANREPLY_LOAD_SECRET").unwrap_or_else(|| SECRET.to_owned());
            Generator::new(&url, CONNECTIONS, Messages::of_strangers(&secret)).at(rate, length)
        }
        None => {
            let ground = ground(RULES);
            let server = Server::start(&ground);
            Generator::new(&server.public, CONNECTIONS, Messages::known(RULES)).at(rate, length)
        }
    };
    println!("{figures}");
    assert_eq!(figures.errors, 0);
}

fn ground(count: usize) -> Ground {
    Ground::with(&[("a.yaml", &rules(count, 0))]).set("FANREPLY_LOG", "error")
}

fn start_times() {
    for count in [1_000, 100_000] {
        let ground = ground(count);
        let mut times: Vec<Duration> = (0..3)
            .map(|_| {
                let began = Instant::now();
                let server = Server::start(&ground);
                let took = began.elapsed();
                server.stop();
                took
            })
            .collect();
        times.sort();
        println!("start with {count} rules: {:.3} s until messages are answered", times[1].as_secs_f64());
    }
}

fn under_load() {
    let ground = ground(RULES);
    let server = Server::start(&ground);
    let idle = memory(&server);
    let generator = Generator::new(&server.public, CONNECTIONS, Messages::known(RULES));
    let bare = bare::Bare::start();
    let bare_generator = Generator::new(&bare.url, CONNECTIONS, Messages::unanswered());
    let mut errors = 0;
    let (mut ours, mut bares) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (generator, rates) in [(&bare_generator, &mut bares), (&generator, &mut ours)] {
            let figures = generator.at_most(ROUND);
            errors += figures.errors;
            rates.push(figures.rate());
        }
    }
    drop(bare);
    let (most, bare_most) = (median(&mut ours), median(&mut bares));
    println!(
        "the most: {most:.0} messages a second, bare hyper {bare_most:.0}: {:.2} of it",
        most / bare_most
    );
    println!("memory with {RULES} rules: {idle:.1} MiB idle, {:.1} MiB after the most", memory(&server));

    // moments of their own cost this side more than taking turns, and it shares the machine with the server
    let sustained = generator.at(most, ROUND).rate();
    let rate = variable("FANREPLY_LOAD_SHARE").unwrap_or(SHARE) * sustained;
    let (mut quiet, mut reloading) = (Figures::default(), Figures::default());
    let each = RELOADS / ROUNDS;
    let mut spent = Duration::ZERO;
    for round in 0..ROUNDS {
        let began = Instant::now();
        let source = |number: usize| rules(RULES, 1 + round * each + number);
        reloading.join(generator.at_while(rate, || {
            for number in 0..each {
                ground.write("a.yaml", &source(number));
                reload(&server);
            }
        }));
        let took = began.elapsed();
        spent += took;
        quiet.join(generator.at(rate, took));
    }
    println!("at {rate:.0} a second, of {sustained:.0} that could be kept up: {quiet}");
    println!("the same with {RELOADS} reloads of {RULES} rules in {:.1} s: {reloading}", spent.as_secs_f64());
    println!("the 99th percentile while reloading is {:.2} of that without", reloading.p99() / quiet.p99());
    println!("memory after that: {:.1} MiB", memory(&server));
    errors += quiet.errors + reloading.errors;
    assert_eq!(errors, 0, "every answer is there and right");
}

/// Has the rules read again, and waits until they serve.
fn reload(server: &Server) {
    let mut stream = TcpStream::connect(server.admin.trim_start_matches("http://")).unwrap();
    stream.write_all(b"POST /api/reload HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
