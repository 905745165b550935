//! The registry: every tool names what it needs, and every other name stands for one of them.

use super::*;

/// So that the scopes of a login say which tools it allows.
#[test]
fn the_operations_that_tools_name_are_in_the_policy_and_change_as_much_as_the_tool() {
    for tool in all().iter().filter(|tool| tool.set == NameSet::Usual) {
        let operations: Vec<_> = tool.operations().collect();
        assert!(!operations.is_empty(), "{}", tool.name);
        assert_eq!(operations.len(), tool.facts.calls.len(), "{}", tool.name);
        let changes = operations.iter().any(|operation| operation.changes());
        assert_eq!(changes, !tool.read_only, "{}", tool.name);
    }
}

#[test]
fn every_other_name_is_of_a_tool_that_takes_its_arguments() {
    let rows = rovo_names::JIRA.iter().chain(rovo_names::CONFLUENCE);
    for row in rows {
        let listed = all().iter().find(|tool| tool.name == row.name);
        assert!(listed.is_some(), "{} stands for no tool", row.name);
        let other = row.with.map(|(_, tool)| tool);
        let stands_for = |tool: &&Tool| tool.name == row.usual || Some(tool.name) == other;
        for argument in row.arguments.iter().filter(|one| !one.usual.is_empty()) {
            let name = argument.usual.split('.').next().unwrap_or_default();
            let mut tools = all().iter().filter(stands_for);
            let is_taken = tools.any(|tool| tool.input_schema()["properties"][name].is_object());
            assert!(is_taken, "{}.{} is {name} nowhere", row.name, argument.name);
        }
    }
}
