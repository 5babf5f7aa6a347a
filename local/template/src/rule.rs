//! Rules: which values of parameters go together. CloudFormation looks at them before it makes anything.

use crate::error::{Problem, one_of, quoted};
use crate::fields::Fields;
use crate::intrinsic::Call;
use crate::node::{Member, Node};
use crate::resolver::Resolver;

/// Asks every rule. `resolver` knows parameters only: a rule can refer to nothing else.
pub(crate) fn check(declared: &[Member], resolver: &Resolver<'_>) -> Result<(), Problem> {
    declared.iter().try_for_each(|rule| check_one(rule, resolver))
}

fn check_one(rule: &Member, resolver: &Resolver<'_>) -> Result<(), Problem> {
    let mut fields = Fields::of(&rule.value, "a rule")?;
    let applies = fields.optional("RuleCondition").map_or(Ok(true), |condition| holds(condition, resolver))?;
    let assertions = fields.required("Assertions")?;
    fields.finish()?;
    for assertion in assertions.list("a list of assertions")? {
        let mut fields = Fields::of(assertion, "an assertion")?;
        let assert = fields.required("Assert")?;
        let description = fields.required("AssertDescription")?.text("a text")?;
        fields.finish()?;
        // It is looked at whether or not it applies, so that a faulty one is found.
        if !holds(assert, resolver)? && applies {
            let found = format!("parameters that the rule {} refuses", quoted(&rule.name));
            return Err(Problem::new(assertion.place, found, format!("others: {description}")));
        }
    }
    Ok(())
}

fn holds(node: &Node, resolver: &Resolver<'_>) -> Result<bool, Problem> {
    const FUNCTIONS: [&str; 7] = ["And", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "Not", "Or"];
    let call = Call::of(node)?.ok_or_else(|| node.instead_of(one_of(FUNCTIONS)))?;
    match call.name {
        "And" | "Or" => {
            let count = |assertions: &&[Node]| (2..=10).contains(&assertions.len());
            let each = call.list().filter(count).ok_or_else(|| call.misused("a list of 2 to 10 assertions"))?;
            let each: Vec<bool> = each.iter().map(|node| holds(node, resolver)).collect::<Result<_, _>>()?;
            Ok(if call.name == "And" { each.iter().all(|holds| *holds) } else { each.contains(&true) })
        }
        "Contains" => {
            let [list, text] = call.arguments("a list and a text")?;
            Ok(resolver.texts(list)?.contains(&resolver.text(text)?))
        }
        "EachMemberEquals" => {
            let [list, text] = call.arguments("a list and a text")?;
            let text = resolver.text(text)?;
            Ok(resolver.texts(list)?.iter().all(|member| *member == text))
        }
        "EachMemberIn" => {
            let [list, among] = call.arguments("two lists")?;
            let among = resolver.texts(among)?;
            Ok(resolver.texts(list)?.iter().all(|member| among.contains(member)))
        }
        "Equals" => {
            let [left, right] = call.arguments("two values")?;
            Ok(resolver.text(left)? == resolver.text(right)?)
        }
        "Not" => {
            let [assertion] = call.arguments("a list of one assertion")?;
            Ok(!holds(assertion, resolver)?)
        }
        name => Err(Problem::new(call.place, format!("the function {}", quoted(name)), one_of(FUNCTIONS))),
    }
}
