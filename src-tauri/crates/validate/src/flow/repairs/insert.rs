//! A step put into a wire; tried on the part of the document that leads there.

use heddle_expr::{Expression, Root};
use heddle_model::{StepId, Workflow};
use indexmap::IndexMap;

use super::{Bench, Repair};
use crate::diagnostic::Edit;
use crate::flow::survey::{Changes, Survey};
use crate::flow::verdict::judge;

/// Steps before a step among which an inserted one is tried out.
const MOST_TRIED: usize = 150;

impl Bench<'_, '_> {
    /// A step in the wire that gives the field; tried on the part of the document that leads here.
    pub(super) fn try_transform(&self, title: String, field: &str, expression: String, repairs: &mut Vec<Repair>) {
        let survey = self.survey;
        let Ok(parsed) = Expression::parse(&expression) else { return };
        let sees = |edge: &&usize| {
            let Some(from) = survey.plan.graph.position(survey.workflow.edges[**edge].from.as_str()) else {
                return false;
            };
            parsed.references().iter().all(|reference| match &reference.root {
                Root::Step(id) => survey
                    .plan
                    .graph
                    .position(id.as_str())
                    .is_some_and(|step| step == from || survey.plan.ancestors(from).contains(&step)),
                _ => true,
            })
        };
        let Some(edge) = self.edges.iter().find(sees).copied() else { return };
        let Some(mut part) = self.leading_here() else { return };
        let drawn = &survey.workflow.edges[edge];
        let edit = Edit::InsertTransform {
            edge: drawn.id.clone(),
            id: self.free_id(&format!("fit_{}", self.id())),
            name: format!("Fit {}", survey.label(self.position)),
            mapping: IndexMap::from([(field.to_owned(), expression)]),
        };
        if !edit.apply(&mut part, &[]) {
            return;
        }
        let Some(tried) = Survey::new(&part, survey.agents, survey.declared) else { return };
        let Some(place) = tried.plan.graph.position(self.id().as_str()) else { return };
        let after = judge(&tried.arrival(place, &Changes::default()), tried.accepts(place), self.mode, self.made);
        let title = format!("Insert a step: {}", lower(&title));
        self.offer(&after, (title, edit), Some(field), Some(edge), repairs);
    }

    /// The steps that lead here, and this one.
    fn leading_here(&self) -> Option<Workflow> {
        let mut steps = self.survey.plan.ancestors(self.position);
        if steps.len() > MOST_TRIED {
            return None;
        }
        steps.push(self.position);
        let whole = self.survey.workflow;
        let mut part = Workflow::empty(whole.id.clone(), "");
        part.input_schema.clone_from(&whole.input_schema);
        part.variables.clone_from(&whole.variables);
        part.steps = steps.iter().map(|step| whole.steps[*step].clone()).collect();
        let among = |id: &StepId| part.steps.iter().any(|step| step.id == *id);
        part.edges = whole.edges.iter().filter(|edge| among(&edge.from) && among(&edge.to)).cloned().collect();
        Some(part)
    }

    fn free_id(&self, wanted: &str) -> StepId {
        let wanted: String =
            wanted.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        let taken = |id: &str| self.survey.plan.graph.position(id).is_some();
        let id = std::iter::once(wanted.clone())
            .chain((2_u32..).map(|number| format!("{wanted}_{number}")))
            .find(|id| !taken(id))
            .unwrap_or(wanted);
        StepId::new(id)
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
