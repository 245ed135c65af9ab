//! `peer RULES EVENTS PASSES` reads rules (YAML) and events (a JSON object a line) and prints, as JSON lines, the faults
//! of the rules, the numbers of the matching lines of each rule's id, and what evaluating took.

use std::collections::BTreeMap;
use std::time::Instant;
use std::{env, fs};

use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use rsigma_parser::parse_sigma_yaml;
use serde_json::{Value, json};

fn main() {
    let args: Vec<String> = env::args().collect();
    let rules = fs::read_to_string(&args[1]).expect("the rules can be read");
    let lines = fs::read_to_string(&args[2]).expect("the events can be read");
    let passes: u32 = args[3].parse().expect("PASSES is a number");

    let started = Instant::now();
    let collection = parse_sigma_yaml(&rules).expect("the rules are YAML");
    let mut engine = Engine::new();
    for error in &collection.errors {
        println!("{}", json!({ "fault": error }));
    }
    for (index, error) in engine.add_rules(&collection.rules) {
        println!("{}", json!({ "fault": error.to_string(), "rule": collection.rules[index].id }));
    }
    let load = started.elapsed().as_micros();

    let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("an event is JSON")).collect();
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, event) in events.iter().enumerate() {
        for result in engine.evaluate(&JsonEvent::borrow(event)) {
            found.entry(result.header.rule_id.clone().unwrap_or_default()).or_default().push(number);
        }
    }
    for (rule, numbers) in &found {
        println!("{}", json!({ "rule": rule, "events": numbers }));
    }

    let started = Instant::now();
    let mut matches = 0;
    for _ in 0..passes {
        for event in &events {
            matches += engine.evaluate(&JsonEvent::borrow(event)).len();
        }
    }
    println!("{}", json!({ "loadMicros": load, "evaluateMicros": started.elapsed().as_micros(), "rules": engine.rule_count(), "matches": matches }));
}
