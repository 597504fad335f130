// Choosing: an agent out of several, a wire by its condition, a branch of a switch.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('one of two agents is chosen by a rule, and the run says which', async () => {
  const { person, steps: [choice = ''] } = await stage.draw('dark', ['select']);
  await person.inspects(choice, 'config');
  await person.clicks('field-add-/candidates');
  await person.chooses('field-/candidates/0/agent', 'Ticket Analyzer');
  await person.types('field-/candidates/0/when', 'has(input.ticket_text)');
  await person.clicks('field-add-/candidates');
  await person.chooses('field-/candidates/1/agent', 'Customer Data');
  await person.photographs('select-settings-dark');
  assert.deepEqual(await person.serious(), []);

  await person.testRuns({ ticket_text: 'CUST-1001 was charged twice' });
  await person.seesWith(`node-${choice}`, 'data-status', 'completed');
  await person.reads(`chosen-${choice}`, 'chose Ticket Analyzer');
  await person.testRuns({ customer_id: 'CUST-1001' });
  await person.reads(`chosen-${choice}`, 'chose Customer Data');

  // Each in turn until one succeeds: the first wants a ticket.
  await person.inspects(choice, 'config');
  await person.chooses('field-/strategy', 'First success');
  await person.types('field-/candidates/0/when', 'true');
  await person.testRuns({ customer_id: 'CUST-1001' });
  await person.reads(`chosen-${choice}`, 'chose Customer Data');
  await person.clicks('open-execution');
  await person.clicks(`timeline-row-${choice}`);
  await person.reads('step-chosen', 'Customer Data');
  await person.reads('step-log', 'chose Ticket Analyzer');
  await person.photographs('select-run-dark');
  assert.deepEqual(person.complaints, []);
});

test('of two agents the one that is less busy is chosen, the first when neither is', async () => {
  const agents = ['Patient one', 'Patient two'];
  const maker = await stage.open('light');
  await maker.sees('nav-agents');
  await maker.clicks('nav-agents');
  for (const name of agents) {
    await maker.clicks('new-agent');
    await maker.clicks('new-agent-wait');
    await maker.seesWith('agent-name', 'value', 'New wait');
    await maker.writes('agent-name', name);
    await maker.writes('field-/ms', '2000');
    await maker.clicks('agent-save');
    await maker.at('agent-save').first().waitFor({ state: 'detached' });
  }
  assert.deepEqual(maker.complaints, []);

  const { person, steps: [choice = ''] } = await stage.draw('light', ['select']);
  await person.inspects(choice, 'config');
  await person.chooses('field-/strategy', 'Least busy');
  for (const [index, name] of agents.entries()) {
    await person.clicks('field-add-/candidates');
    await person.chooses(`field-/candidates/${index}/agent`, name);
  }
  await person.clicks('inspector-tab-flow');
  await person.picks('loop-way', 'For each');
  await person.writes('loop-items', 'input.orders');

  /** Which agents the turns of a run of two orders chose. */
  const chosen = async () => {
    await person.testRuns({ orders: [1, 2] });
    await person.seesWith(`node-${choice}`, 'data-status', 'completed');
    const editor = new URL(person.page.url()).pathname;
    await person.clicks('open-execution');
    await person.clicks(`timeline-fold-${choice}`);
    const names = [];
    for (const turn of [0, 1]) {
      await person.clicks(`timeline-row-${choice}[${turn}]`);
      await person.seesWith('step-detail', 'data-step', `${choice}[${turn}]`);
      names.push(await person.at('step-chosen').first().textContent());
    }
    return { names, back: () => person.goesTo(editor) };
  };

  // One after the other: nobody is busy, so it is the first each time.
  await person.writes('loop-concurrency', '1');
  const { names: alone, back } = await chosen();
  assert.deepEqual(alone, ['Patient one', 'Patient one']);
  await back();
  await person.inspects(choice, 'flow');
  await person.writes('loop-concurrency', '2');
  const { names: together } = await chosen();
  assert.deepEqual(together.toSorted(), agents);
  await person.photographs('least-busy-light');
  assert.deepEqual(await person.serious(), []);
  assert.deepEqual(person.complaints, []);
});

test('a wire with a condition is followed when it is true; the step behind it says why it was skipped', async () => {
  const { person, steps: [first = '', second = ''] } = await stage.draw('light', ['transform', ['transform', 1.4, 0]]);
  await person.wires(first, second);
  await person.seesWires(1);
  const edge = (await person.page.locator('[data-testid^="edge-"]').first().getAttribute('data-testid'))?.replace('edge-', '') ?? '';
  await person.page.locator(`[data-testid="edge-${edge}"]`).first().click({ force: true });
  await person.sees('edge-inspector');
  await person.clicks('edge-when-contains');
  await person.photographs('wire-condition-light');
  await person.writes('edge-when', 'item.amount > 100');
  await person.reads(`wire-when-${edge}`, 'item.amo');

  await person.testRuns({ amount: 250 });
  await person.seesWith(`node-${second}`, 'data-status', 'completed');
  await person.seesWith(`wire-when-${edge}`, 'data-flow', 'done');

  await person.testRuns({ amount: 5 });
  await person.seesWith(`node-${second}`, 'data-status', 'skipped');
  await person.seesWith(`wire-when-${edge}`, 'data-flow', 'off');
  await person.photographs('wire-refused-light');
  await person.clicks('open-execution');
  await person.clicks('execution-tab-graph');
  await person.seesWith(`wire-when-${edge}`, 'data-flow', 'off');
  await person.clicks(`run-node-${second}`);
  await person.reads('skip-reason', 'the condition on the wire from Transform was false (item.amount > 100)');
  await person.photographs('graph-refused-light');
  assert.deepEqual(await person.serious(), []);
  assert.deepEqual(person.complaints, []);
});

test('a switch takes one branch, or its default', async () => {
  const { person, steps: [choice = '', high = '', rest = ''] } = await stage.draw('dark', ['condition', ['transform', 1.4, 0], ['transform', 1.4, 1]]);
  await person.inspects(choice, 'config');
  await person.photographs('switch-settings-dark');
  await person.writes('field-/branches/0/name', 'high');
  await person.types('field-/branches/0/when', 'input.n > 10');
  await person.writes('field-/default', 'rest');
  await person.wiresBranch(choice, 'high', high);
  await person.seesWires(1);
  await person.wiresBranch(choice, 'rest', rest);
  await person.seesWires(2);
  await person.testRuns({ n: 11 });
  await person.seesWith(`node-${high}`, 'data-status', 'completed');
  await person.seesWith(`node-${rest}`, 'data-status', 'skipped');
  await person.testRuns({ n: 1 });
  await person.seesWith(`node-${rest}`, 'data-status', 'completed');
  await person.seesWith(`node-${high}`, 'data-status', 'skipped');
  await person.photographs('switch-run-dark');
  assert.deepEqual(person.complaints, []);
});
