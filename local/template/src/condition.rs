//! Conditions: which of them hold for these parameters.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::error::{Problem, one_of, quoted};
use crate::intrinsic::Call;
use crate::node::{Content, Member, Node};
use crate::resolver::Resolver;

/// How many conditions may lean on one another. Each is at most 32 levels deep by itself.
const MAX_CHAIN: usize = 8;

/// Decides every declared condition.
pub(crate) fn decide(declared: &[Member], resolver: &Resolver<'_>) -> Result<BTreeMap<String, bool>, Problem> {
    let evaluation = Evaluation { declared, resolver, decided: RefCell::default(), pending: RefCell::default() };
    for condition in declared {
        evaluation.named(&condition.name, &condition.value)?;
    }
    Ok(evaluation.decided.into_inner())
}

struct Evaluation<'a, 'r> {
    declared: &'a [Member],
    /// Knows parameters only: a condition cannot refer to a resource.
    resolver: &'a Resolver<'r>,
    decided: RefCell<BTreeMap<String, bool>>,
    pending: RefCell<Vec<&'a str>>,
}

impl<'a> Evaluation<'a, '_> {
    /// `at` is where the condition is named.
    fn named(&self, name: &str, at: &Node) -> Result<bool, Problem> {
        if let Some(decided) = self.decided.borrow().get(name) {
            return Ok(*decided);
        }
        let Some(condition) = self.declared.iter().find(|condition| condition.name == name) else {
            let known = one_of(self.declared.iter().map(|condition| condition.name.as_str()));
            return Err(Problem::new(at.place, format!("no condition {}", quoted(name)), known));
        };
        if self.pending.borrow().contains(&condition.name.as_str()) {
            return Err(Problem::new(at.place, format!("{} in terms of itself", quoted(name)), "no circle"));
        }
        if self.pending.borrow().len() >= MAX_CHAIN {
            let found = format!("more than {MAX_CHAIN} conditions, each in terms of the next");
            return Err(Problem::new(at.place, found, "a shorter chain"));
        }
        self.pending.borrow_mut().push(&condition.name);
        let holds = self.holds(&condition.value)?;
        self.pending.borrow_mut().pop();
        self.decided.borrow_mut().insert(name.to_owned(), holds);
        Ok(holds)
    }

    fn holds(&self, node: &'a Node) -> Result<bool, Problem> {
        const EXPECTED: &str = "`Equals`, `And`, `Or`, `Not` or `Condition`";
        if let (None, Content::Map(members)) = (&node.tag, &node.content)
            && let [Member { name, value, .. }] = members.as_slice()
            && name == "Condition"
        {
            return self.named(value.text("the name of a condition")?, value);
        }
        let call = Call::of(node)?.ok_or_else(|| node.instead_of(EXPECTED))?;
        match call.name {
            "Condition" => self.named(call.text().ok_or_else(|| call.misused("the name of a condition"))?, node),
            "Equals" => {
                let [left, right] = call.arguments("two values")?;
                Ok(self.resolver.text(left)? == self.resolver.text(right)?)
            }
            "Not" => {
                let [condition] = call.arguments("a list of one condition")?;
                Ok(!self.holds(condition)?)
            }
            "And" => Ok(self.each(&call)?.into_iter().all(|holds| holds)),
            "Or" => Ok(self.each(&call)?.into_iter().any(|holds| holds)),
            _ => Err(node.instead_of(EXPECTED)),
        }
    }

    /// Every one is looked at, so that a faulty one is found whatever the others are.
    fn each(&self, call: &Call<'a>) -> Result<Vec<bool>, Problem> {
        let conditions = call.list().filter(|conditions| (2..=10).contains(&conditions.len()));
        let conditions = conditions.ok_or_else(|| call.misused("a list of 2 to 10 conditions"))?;
        conditions.iter().map(|condition| self.holds(condition)).collect()
    }
}
