//! How long the checks take and what the wires add, on a realistic document and at the size limit; how long it takes to say
//! which agents would take a wire that is being drawn.

mod documents;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heddle_validate::graph::Plan;
use heddle_validate::{Comparisons, Options, WireVerdict, examine, fit, validate};

fn size_limit(criterion: &mut Criterion) {
    let bare = documents::long(10_000, false);
    assert_eq!(validate(&bare, &Options::default()), [], "the bench is about a sound workflow");
    criterion.bench_function("10,000 steps, order", |b| b.iter(|| Plan::new(black_box(&bare)).map(|plan| plan.order)));
    let mut group = criterion.benchmark_group("10,000 steps, checks");
    group.sample_size(20);
    group.bench_function("agents without schemas", |b| b.iter(|| validate(black_box(&bare), &Options::default())));
    let typed = documents::long(10_000, true);
    let told = examine(&typed, &Options::default());
    assert_eq!(told.diagnostics, []);
    assert!(told.wires.iter().all(|wire| wire.verdict == WireVerdict::Always), "every wire is decided");
    group.bench_function("agents with schemas", |b| b.iter(|| examine(black_box(&typed), &Options::default())));
    group.finish();
}

fn realistic(criterion: &mut Criterion) {
    let shop = documents::shop();
    let told = examine(&shop, &Options::default());
    assert_eq!((shop.steps.len(), told.wires.len()), (100, shop.edges.len()));
    let wrong = told.wires.iter().filter(|wire| wire.verdict > WireVerdict::Unknown).count();
    assert!((10..40).contains(&wrong), "{wrong} of {} wires do not always fit", told.wires.len());
    let mut group = criterion.benchmark_group("100 steps, checks and wires");
    group.bench_function("for the first time", |b| b.iter(|| examine(black_box(&shop), &Options::default())));
    let made = Comparisons::new();
    let options = Options { comparisons: Some(&made), ..Options::default() };
    examine(&shop, &options);
    group.bench_function("while it is edited", |b| b.iter(|| examine(black_box(&shop), &options)));
    group.finish();
}

fn selection(criterion: &mut Criterion) {
    let (shop, library) = (documents::shop(), documents::library());
    let from = "l9_4".into();
    let asked = |options: &Options<'_>| {
        fit(black_box(&shop), Some(&from), None, None, None, options).map(|fits| fits.agents.len())
    };
    let mut group = criterion.benchmark_group("200 agents and 100 steps for a wire");
    let options = Options { library: &library, ..Options::default() };
    assert_eq!(asked(&options), Some(207), "the library and the document's own");
    group.bench_function("for the first time", |b| b.iter(|| asked(&options)));
    let made = Comparisons::new();
    let options = Options { comparisons: Some(&made), ..options };
    asked(&options);
    group.bench_function("again", |b| b.iter(|| asked(&options)));
    group.finish();
}

criterion_group!(benches, size_limit, realistic, selection);
criterion_main!(benches);
