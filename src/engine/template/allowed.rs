//! What a template may be made of. Every value of a template is a text, a number, a moment, or a flat list of such: with
//! nothing that builds a list within a list, no value can be larger than what the fuel has paid for.

use std::ops::Range;

use minijinja::machinery::ast::{
    BinOpKind, Call, CallArg, Compare, CompareOpKind, Expr, Filter, ForLoop, Spanned, Stmt,
};
use minijinja::machinery::ast::{List, Test, UnaryOpKind};

use minijinja::machinery::{Span, Token, tokenize};

use crate::engine::template::filters::{self, Made, is_many};
use crate::engine::template::{TemplateError, TemplateErrorKind, syntax};

/// Names and signs of one tag, and each `elif` before it; numbers do not count, and texts only where they are long. So
/// many levels can be nested in one another at most, and the template engine needs stack for each.
const DEEPEST: usize = 300;

/// Bytes of a text in quotes that count as one sign.
const BYTES_OF_SIGN: usize = 64;

/// What the engine could call besides `range`, or goes into by a way of its own. Other names are no functions at all,
/// which the check of names tells.
const NEVER_CALLED: &[&str] = &["dict", "namespace", "debug", "loop", "super", "caller"];

/// What no template may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It gives a name to a value: `set`, `with`, `macro`.
    Naming,
    /// Any other statement than `if` and `for`.
    Statement,
    /// A mapping.
    Mapping,
    /// A list with something else in it than texts and numbers that stand there.
    List,
    /// Something is called that is neither a filter nor `range(…)`.
    Call,
    /// A list is calculated with, compared, or handed to something as an argument.
    ListAsValue,
    /// A filter asks for a part of what stands in a list.
    Attribute,
    /// The template is longer than a template may be.
    Length,
    /// A tag has too many names and signs, or the template too many `elif`.
    Nesting,
}

/// What an expression can be when the template runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Scalar,
    List,
}

/// Where a text is nested more deeply than the template engine has stack for. It is asked before the engine reads the text.
pub fn nesting(text: &str) -> Option<TemplateError> {
    let (mut signs, mut branches) = (0, 0);
    let mut tokens = tokenize(text, false, syntax()).map_while(Result::ok);
    let span = tokens.find_map(|(token, span)| {
        match token {
            Token::VariableStart | Token::BlockStart => signs = 0,
            // a long one takes time wherever it is used
            Token::Str(text) => signs += text.len() / BYTES_OF_SIGN,
            Token::String(text) => signs += text.len() / BYTES_OF_SIGN,
            Token::Int(_) | Token::Float(_) => {}
            Token::Ident("elif") => branches += 1,
            _ => signs += 1,
        }
        (signs + branches > DEEPEST).then_some(span)
    })?;
    let range = span.start_offset as usize..span.end_offset as usize;
    Some(TemplateError { kind: TemplateErrorKind::Refused(Refused::Nesting), range })
}

/// Everything in this template that no template may do.
pub fn refused(template: &Stmt) -> Vec<TemplateError> {
    let mut review = Review { errors: Vec::new() };
    review.statement(template);
    review.errors
}

struct Review {
    errors: Vec<TemplateError>,
}

impl Review {
    fn refuse(&mut self, refused: Refused, span: Span) {
        let range: Range<usize> = span.start_offset as usize..span.end_offset as usize;
        self.errors.push(TemplateError { kind: TemplateErrorKind::Refused(refused), range });
    }

    fn statements(&mut self, statements: &[Stmt]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(_) => {}
            Stmt::EmitExpr(emit) => {
                self.kind(&emit.expr);
            }
            Stmt::IfCond(condition) => {
                self.kind(&condition.expr);
                self.statements(&condition.true_body);
                self.statements(&condition.false_body);
            }
            Stmt::ForLoop(node) => self.walk(node, node.span()),
            Stmt::Set(node) => self.refuse(Refused::Naming, node.span()),
            Stmt::SetBlock(node) => self.refuse(Refused::Naming, node.span()),
            Stmt::WithBlock(node) => self.refuse(Refused::Naming, node.span()),
            Stmt::AutoEscape(node) => self.refuse(Refused::Statement, node.span()),
            Stmt::FilterBlock(node) => {
                self.kind(&node.filter);
                self.statements(&node.body);
            }
            Stmt::Do(node) => self.refuse(Refused::Statement, node.span()),
        }
    }

    fn walk(&mut self, walk: &ForLoop, span: Span) {
        if walk.recursive || !matches!(walk.target, Expr::Var(_)) {
            self.refuse(Refused::Statement, span);
        }
        self.kind(&walk.iter);
        if let Some(filter) = &walk.filter_expr {
            self.kind(filter);
        }
        self.statements(&walk.body);
        self.statements(&walk.else_body);
    }

    /// An expression that must not be a list.
    fn scalar(&mut self, expr: &Expr) {
        if self.kind(expr) == Kind::List {
            self.refuse(Refused::ListAsValue, expr.span());
        }
    }

    fn kind(&mut self, expr: &Expr) -> Kind {
        match expr {
            Expr::Var(name) if name.id == "groups" => Kind::List,
            // what a loop gives a name to is a character, or an item of a flat list
            Expr::Var(_) => Kind::Scalar,
            Expr::Const(constant) => Kind::list_if(is_many(&constant.value)),
            Expr::UnaryOp(operation) => {
                match operation.op {
                    UnaryOpKind::Not => drop(self.kind(&operation.expr)),
                    UnaryOpKind::Neg => self.scalar(&operation.expr),
                }
                Kind::Scalar
            }
            Expr::BinOp(operation) => self.operation(operation.op, &operation.left, &operation.right),
            Expr::Compare(chain) => self.chain(chain),
            Expr::IfExpr(choice) => {
                self.kind(&choice.test_expr);
                let one = self.kind(&choice.true_expr);
                one.or(choice.false_expr.as_ref().map_or(Kind::Scalar, |other| self.kind(other)))
            }
            Expr::Slice(slice) => {
                [&slice.start, &slice.stop, &slice.step].into_iter().flatten().for_each(|at| self.scalar(at));
                self.kind(&slice.expr)
            }
            Expr::GetAttr(part) => {
                self.scalar(&part.expr);
                Kind::Scalar
            }
            Expr::GetItem(item) => {
                self.kind(&item.expr);
                self.scalar(&item.subscript_expr);
                Kind::Scalar
            }
            Expr::Filter(filter) => self.filter(filter),
            Expr::Test(test) => self.test(test),
            Expr::Call(call) => self.call(call),
            Expr::List(list) => self.list(list),
            Expr::Tuple(tuple) => {
                self.refuse(Refused::List, tuple.span());
                Kind::List
            }
            Expr::Map(map) => {
                self.refuse(Refused::Mapping, map.span());
                Kind::Scalar
            }
        }
    }

    fn chain(&mut self, chain: &Compare) -> Kind {
        self.scalar(&chain.expr);
        for (at, step) in chain.ops.iter().enumerate() {
            let searched = matches!(step.op, CompareOpKind::In | CompareOpKind::NotIn);
            // what stands in the middle of a chain is compared with what follows
            if searched && at + 1 == chain.ops.len() {
                self.kind(&step.expr);
            } else {
                self.scalar(&step.expr);
            }
        }
        Kind::Scalar
    }

    fn filter(&mut self, filter: &Filter) -> Kind {
        let given = filter.expr.as_ref().map_or(Kind::Scalar, |expr| self.kind(expr));
        let made = filters::made(filter.name).unwrap_or(Made::Scalar);
        let argument = self.arguments(&filter.args, made == Made::Either);
        // `attribute` without its name
        let own = match filter.name {
            "sum" => 0,
            "join" => 1,
            _ => filter.args.len(),
        };
        if let Some(CallArg::Pos(expr)) = filter.args.get(own) {
            self.refuse(Refused::Attribute, expr.span());
        }
        match made {
            Made::Scalar => Kind::Scalar,
            Made::List => Kind::List,
            Made::AsGiven => given,
            Made::Either => given.or(argument),
        }
    }

    fn test(&mut self, test: &Test) -> Kind {
        if matches!(test.name, "defined" | "undefined" | "none") {
            self.kind(&test.expr);
        } else {
            self.scalar(&test.expr);
        }
        self.arguments(&test.args, test.name == "in");
        Kind::Scalar
    }

    fn call(&mut self, call: &Spanned<Call>) -> Kind {
        self.arguments(&call.args, false);
        match &call.expr {
            Expr::Var(name) if name.id == "range" => Kind::List,
            Expr::Var(name) if !NEVER_CALLED.contains(&name.id) => Kind::Scalar,
            _ => {
                self.refuse(Refused::Call, call.span());
                Kind::Scalar
            }
        }
    }

    fn list(&mut self, list: &Spanned<List>) -> Kind {
        let constant = |item: &Expr| item.as_const().is_some_and(|value| !is_many(&value));
        if !list.items.iter().all(constant) {
            self.refuse(Refused::List, list.span());
        }
        Kind::List
    }

    fn operation(&mut self, op: BinOpKind, left: &Expr, right: &Expr) -> Kind {
        match op {
            BinOpKind::ScAnd | BinOpKind::ScOr => self.kind(left).or(self.kind(right)),
            BinOpKind::In => {
                self.scalar(left);
                self.kind(right);
                Kind::Scalar
            }
            _ => {
                self.scalar(left);
                self.scalar(right);
                Kind::Scalar
            }
        }
    }

    /// What the arguments make together, where lists may be among them.
    fn arguments(&mut self, arguments: &[CallArg], lists: bool) -> Kind {
        let mut together = Kind::Scalar;
        for argument in arguments {
            match argument {
                CallArg::Kwarg("attribute", expr) => self.refuse(Refused::Attribute, expr.span()),
                CallArg::Pos(expr) | CallArg::Kwarg(_, expr) if lists => {
                    together = together.or(self.kind(expr));
                }
                CallArg::Pos(expr) | CallArg::Kwarg(_, expr) => self.scalar(expr),
                CallArg::PosSplat(expr) | CallArg::KwargSplat(expr) => {
                    self.refuse(Refused::Call, expr.span())
                }
            }
        }
        together
    }
}

impl Kind {
    fn or(self, other: Self) -> Self {
        if self == Self::List { self } else { other }
    }

    fn list_if(list: bool) -> Self {
        if list { Self::List } else { Self::Scalar }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::engine::template::{Field, Names, Scope, Templates};

    #[test]
    fn nothing_that_holds_values_within_values_can_be_built() {
        for template in [
            "{% set n = namespace(a=[]) %}{% for i in range(40) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a == n.a }}",
            "{% set a = [text] %}",
            "{% set a %}{{ text }}{% endset %}",
            "{% with a = [text, text] %}{{ a }}{% endwith %}",
            "{{ groups|sort(attribute='a,b,c') }}",
            "{{ groups|sum('a') }}",
            "{{ groups|join(',', 'a') }}",
            "{{ dict(a=1) }}",
            "{{ namespace(a=1) }}",
            "{{ {'a': text} }}",
            "{{ [text, text] }}",
            "{{ [[1], [2]] }}",
            "{{ (text, text) }}",
            "{% for a in [[text, text]] %}{{ a }}{% endfor %}",
            "{{ groups + groups }}",
            "{{ groups * 40 }}",
            "{{ (text|list) ~ (text|list) }}",
            "{{ groups == groups }}",
            "{{ groups in groups }}",
            "{{ (text|default(groups)) * 40 }}",
            "{{ (groups if text else text) * 40 }}",
            "{{ (text or groups) * 40 }}",
            "{{ (groups[0:2]) * 40 }}",
            "{{ (groups|reverse) * 40 }}",
            "{{ text.split(',') }}",
            "{{ text|upper(*groups) }}",
            "{% for a in text recursive %}{{ loop(a) }}{% endfor %}",
            "{% for a in groups %}{{ loop(a) }}{% endfor %}",
            "{% for a, b in groups %}{{ a }}{% endfor %}",
        ] {
            let errors = Templates::new(HashMap::new()).add(template, Field::Text, None).unwrap_err();
            let refused = |error: &TemplateError| matches!(error.kind, TemplateErrorKind::Refused(_));
            assert!(errors.iter().any(refused), "{template}: {errors:?}");
        }
    }

    #[test]
    fn no_template_is_nested_more_deeply_than_the_stack_lasts() {
        type Nested = fn(usize) -> String;
        let shapes: [Nested; 15] = [
            |n| format!("{{{{ text{} }}}}", ".a".repeat(n)),
            |n| format!("{{{{ text{} }}}}", "[0]".repeat(n)),
            |n| format!("{{{{ range(3){} }}}}", "[0:]".repeat(n)),
            |n| format!("{{{{ text{} }}}}", "|e".repeat(n)),
            |n| format!("{{{{ text{} }}}}", "~text".repeat(n)),
            |n| format!("{{{{ 1{} }}}}", "+1".repeat(n)),
            |n| format!("{{{{ text{} }}}}", " and text".repeat(n)),
            |n| format!("{{{{ text{} }}}}", "()".repeat(n)),
            |n| format!("{{{{ text{} }}}}", " is string".repeat(n)),
            |n| format!("{{{{ text{} }}}}", " if text else text".repeat(n)),
            |n| format!("{{{{ {}text }}}}", "not ".repeat(n)),
            |n| format!("{{{{ {}1 }}}}", "-".repeat(n)),
            |n| format!("{{% if text %}}{}{{% endif %}}", "{% elif text %}".repeat(n)),
            |n| {
                let deepest = format!("{{% if {}text{} %}}", "(".repeat(n), ")".repeat(n));
                format!("{deepest}{}{{% endif %}}", "{% elif text %}".repeat(n))
            },
            |n| {
                let branches = "{% elif text %}".repeat(n);
                format!("{}{branches}{}", "{% if text %}".repeat(145), "{% endif %}".repeat(145))
            },
        ];
        for nested in shapes {
            for times in (20..300).step_by(45) {
                let mut templates = Templates::new(HashMap::new());
                if let Ok(template) = templates.add(&nested(times), Field::Text, None) {
                    let _ = templates.render(&template, &Names::of(Scope::default()));
                }
            }
            for times in [1_000, 2_000, 3_000] {
                let errors =
                    Templates::new(HashMap::new()).add(&nested(times), Field::Text, None).unwrap_err();
                assert_eq!(errors[0].kind, TemplateErrorKind::Refused(Refused::Nesting), "{}", nested(1));
            }
        }
    }
}
