//! One expression: parsed once, evaluated as often as needed.

use std::sync::{Arc, OnceLock};

use cel::IdedExpr;
use cel::parser::PrattParser;
use heddle_model::Payload;

use crate::analysis::{analyse, depth, reference, selection};
use crate::error::{EvalError, ExprError};
use crate::path::{Reference, Segment, Selection, is_identifier};
use crate::program::Program;
use crate::scope::Scope;
use crate::select::select;
use crate::shape::{Shape, shape};

/// Longest source, in bytes.
pub const MAX_SOURCE_BYTES: usize = 16 * 1024;

/// Deepest nesting of a source: parentheses, operators and calls inside one another.
pub const MAX_DEPTH: usize = 96;

/// Stack that one level of nesting may take in the parser, in bytes; builds without optimisation take far more.
const PARSER_FRAME: usize = if cfg!(debug_assertions) { 8 * 1024 } else { 2 * 1024 };

/// Stack that releasing one level of a tree may take, in bytes.
const DROP_FRAME: usize = 512;

/// Stack for everything else, in bytes.
pub(crate) const RED_ZONE: usize = 128 * 1024;

/// A CEL expression that has been parsed. Cloning shares it.
///
/// ```
/// use heddle_expr::Expression;
///
/// let expression = Expression::parse("steps.analyze.output.total > vars.limit")?;
/// let seen: Vec<_> = expression.references().iter().map(ToString::to_string).collect();
/// assert_eq!(seen, ["steps.analyze.output.total", "vars.limit"]);
/// # Ok::<(), heddle_expr::ExprError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Expression(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: String,
    references: Vec<Reference>,
    work: Work,
}

#[derive(Debug)]
enum Work {
    /// A walk on the text of the only reference.
    Select(Selection),
    /// Everything else; made ready when first run.
    Run { tree: IdedExpr, program: OnceLock<Program> },
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// [`ExprError`] with line and column; also for a source over [`MAX_SOURCE_BYTES`] or nested deeper than
    /// [`MAX_DEPTH`].
    pub fn parse(source: &str) -> Result<Self, ExprError> {
        if source.len() > MAX_SOURCE_BYTES {
            let found = source.len();
            return Err(ExprError::new(
                format!("the expression is {found} bytes long; at most {MAX_SOURCE_BYTES} are read"),
                1,
                1,
            ));
        }
        if source.trim().is_empty() {
            return Err(ExprError::new("the expression is empty", 1, 1));
        }
        if let Some(selection) = plain_path(source) {
            let references = vec![selection.clone()];
            return Ok(Self(Arc::new(Inner { source: source.to_owned(), references, work: Work::Select(selection) })));
        }
        // The parser and the release of its tree recurse; a source this long can be this deep.
        let deep = source.len().min(MAX_DEPTH) * PARSER_FRAME + source.len() * DROP_FRAME;
        stacker::maybe_grow(RED_ZONE + deep, RED_ZONE + deep, || Self::parse_with_stack(source))
    }

    fn parse_with_stack(source: &str) -> Result<Self, ExprError> {
        let parser = PrattParser::new()
            .max_recursion_depth(MAX_DEPTH as u16)
            .error_recovery_limit(0)
            .enable_optional_syntax(true)
            .enable_ident_escape_syntax(true);
        let tree = parser.parse(source).map_err(|errors| first_error(&errors, source))?;
        if depth(&tree) > MAX_DEPTH {
            return Err(ExprError::new(format!("the expression is nested deeper than {MAX_DEPTH} levels"), 1, 1));
        }
        let found = analyse(&tree);
        if let Some(problem) = found.problem {
            return Err(ExprError::new(problem, 1, 1));
        }
        let work = match selection(&tree) {
            Some(selection) => Work::Select(selection),
            None => Work::Run { tree, program: OnceLock::new() },
        };
        Ok(Self(Arc::new(Inner { source: source.to_owned(), references: found.references, work })))
    }

    /// The text it was read from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// What it looks at, in order of appearance, each once. Names bound by a macro (`x` in `list.map(x, …)`) are not
    /// among them.
    pub fn references(&self) -> &[Reference] {
        &self.0.references
    }

    /// The path it is, if it is nothing else.
    pub fn selection(&self) -> Option<&Selection> {
        match &self.0.work {
            Work::Select(selection) => Some(selection),
            Work::Run { .. } => None,
        }
    }

    /// How it is built, so that the type of its value can be told without running it.
    pub fn shape(&self) -> Shape {
        match &self.0.work {
            Work::Select(selection) => Shape::Path(selection.clone()),
            // A tree this deep has been walked with this much stack before, when it was parsed.
            Work::Run { tree, .. } => {
                let stack = RED_ZONE + MAX_DEPTH * PARSER_FRAME;
                stacker::maybe_grow(stack, stack, || shape(tree))
            }
        }
    }

    /// Its value. A pure selection copies the exact text it selects.
    ///
    /// # Errors
    /// [`EvalError`]; a path that leads nowhere is named with what is there instead.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Payload, EvalError> {
        match &self.0.work {
            Work::Select(selection) => select(selection, scope),
            Work::Run { tree, program } => {
                program.get_or_init(|| Program::new(tree.clone())).run(self.references(), scope)
            }
        }
    }

    /// Its value, which must be `true` or `false`.
    ///
    /// # Errors
    /// As [`Expression::evaluate`], and [`EvalError::Type`] for any other value.
    pub fn evaluate_bool(&self, scope: &dyn Scope) -> Result<bool, EvalError> {
        match self.evaluate(scope)?.text() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(EvalError::Type {
                expected: "true or false",
                found: crate::scan::Kind::of(other).described().to_owned(),
            }),
        }
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl std::str::FromStr for Expression {
    type Err = ExprError;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}

/// The commonest expressions, such as `input.a[0].b` and `steps.x.output.y`, read without a parser. None for everything
/// else, also for what is wrong: the parser says how.
fn plain_path(source: &str) -> Option<Selection> {
    let mut parts = source.trim().split('.');
    let root = parts.next().filter(|root| matches!(*root, "input" | "vars" | "context" | "steps"))?;
    let mut path = Vec::new();
    for part in parts {
        let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        path.push(Segment::Key(is_identifier(name).then(|| name.to_owned())?));
        while !rest.is_empty() {
            let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
            let is_plain = index == "0" || (!index.starts_with('0') && index.bytes().all(|byte| byte.is_ascii_digit()));
            path.push(Segment::Index(u64::from(index.parse::<u32>().ok().filter(|_| is_plain)?)));
            rest = after;
        }
    }
    (path.len() < MAX_DEPTH).then(|| reference(root, path).ok())?
}

/// The parser's first complaint in plain words.
fn first_error(errors: &cel::ParseErrors, source: &str) -> ExprError {
    let Some(error) = errors.errors.iter().find(|error| error.pos.0 > 0) else {
        return ExprError::at("this is not an expression", source, 0);
    };
    let (line, column) = (error.pos.0, error.pos.1.max(1));
    let there = source.lines().nth(line as usize - 1).and_then(|text| text.chars().nth(column as usize - 1));
    let message = match (error.msg.strip_prefix("Syntax error: ").unwrap_or(&error.msg), there) {
        ("unexpected token", Some(found)) => format!("`{found}` is unexpected here"),
        (message, _) => message
            .replace("'<EOF>'", "the end")
            .replace("<EOF>", "the end")
            .replace("mismatched input ", "found ")
            .replace(" expecting ", ", expected "),
    };
    ExprError::new(message, line as u32, column as u32)
}
