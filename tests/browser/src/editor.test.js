// The editor under somebody's hands: nothing moves while they type, nothing pushes away what they look at.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('a field stays where it is while what is typed into it is wrong', async () => {
  const { person, steps: [each = ''] } = await stage.draw('dark', ['transform']);
  await person.inspects(each, 'flow');
  await person.picks('loop-way', 'For each');
  const before = await person.middle('loop-items');
  await person.writes('loop-items', 'steps.sc');
  await person.sees('step-problems');
  await person.photographs('step-problems-dark');
  assert.deepEqual(await person.middle('loop-items'), before);
  await person.writes('loop-items', 'input.orders');
  await person.at('step-problems').waitFor({ state: 'detached' });
  assert.deepEqual(await person.middle('loop-items'), before);

  // Beneath the lower edge of what is seen: what was found does not cover it.
  await person.at('breakpoint').first().click({ force: true });
  await person.at('breakpoint-when').first().scrollIntoViewIfNeeded();
  await person.writes('breakpoint-when', 'steps.sc');
  await person.sees('step-problems');
  const [field, problems] = [await person.at('breakpoint-when').boundingBox(), await person.at('step-problems').boundingBox()];
  assert.ok(field && problems && field.y + field.height <= problems.y, 'the field is covered');
  assert.deepEqual(person.complaints, []);
});

test('a failure that is told in full leaves the timeline its rows', async () => {
  const { person, steps: [fails = ''] } = await stage.draw('light', ['script']);
  await person.inspects(fails, 'config');
  await person.types('field-/code', 'function run(input) { throw new Error("the parcel is broken"); }');
  await person.testRuns({ parcels: Array.from({ length: 40 }, (_, id) => ({ id })) });
  await person.seesWith('execution-banner', 'data-status', 'failed');
  const height = async (/** @type {string} */ id) => (await person.at(id).boundingBox())?.height ?? 0;
  const before = await height('bottom-panel');
  await person.clicks('execution-error-details');
  await person.sees('execution-advice');
  await person.page.waitForFunction((low) => (document.querySelector('[data-testid="bottom-panel"]')?.clientHeight ?? 0) > low, before);
  await person.photographs('failure-in-full-light');
  assert.ok((await height('timeline-rows')) >= 120, 'the rows are squeezed');
  assert.ok((await height('canvas')) >= 200, 'the canvas is squeezed');

  // Told shortly again, everything is where it was.
  await person.clicks('execution-error-details');
  await person.page.waitForFunction((high) => document.querySelector('[data-testid="bottom-panel"]')?.clientHeight === high, Math.round(before));
  assert.deepEqual(person.complaints, []);
});

test('steps are added by keyboard, wired one after the other, and the menu keeps the keys until it is left', async () => {
  const person = await stage.open('dark');
  await person.sees('nav-workflows');
  await person.clicks('new-workflow');
  await person.sees('canvas');
  const { keyboard } = person.page;
  const focused = () => person.page.evaluate(() => document.activeElement?.getAttribute('data-testid'));

  // A new workflow is named first, and then the canvas has the keys.
  await person.page.waitForFunction(() => document.activeElement?.getAttribute('data-testid') === 'workflow-name');
  await keyboard.type('Night shift');
  await keyboard.press('Enter');
  assert.equal(await focused(), 'canvas');
  assert.equal(await person.at('workflow-name').first().inputValue(), 'Night shift');

  // Tab goes through the list, and Escape leaves it from anywhere.
  await keyboard.press('Tab');
  await person.sees('quick-add');
  await person.page.waitForFunction(() => document.activeElement?.getAttribute('data-testid') === 'quick-add-search');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  assert.equal(await focused(), 'quick-add-search');
  await keyboard.press('Escape');
  await person.at('quick-add').waitFor({ state: 'detached' });
  assert.equal(await focused(), 'canvas');

  // The first where the canvas is looked at, each further one after the one that is selected; typed on, no key goes astray.
  for (const [count, name] of ['Script', 'Transform', 'Wait'].entries()) {
    await keyboard.type(`/${name}`);
    await keyboard.press('Enter');
    await person.page.locator('[data-testid^="node-"]').nth(count).waitFor();
    assert.equal(await focused(), 'canvas');
  }
  await person.seesWires(2);
  await person.page.locator('[aria-label="Wire from Script to Transform"]').waitFor({ state: 'attached' });
  const steps = await person.steps();
  assert.deepEqual(steps, ['script', 'transform', 'wait']);

  // Nothing is selected: what is added covers no other step.
  await keyboard.press('Escape');
  for (const _ of [1, 2]) {
    await keyboard.type('/Assertion');
    await keyboard.press('Enter');
    await person.at('quick-add').waitFor({ state: 'detached' });
    await keyboard.press('Escape');
  }
  await person.photographs('added-by-keyboard-dark');
  const boxes = await Promise.all((await person.steps()).map((step) => person.at(`node-${step}`).first().boundingBox()));
  assert.equal(boxes.length, 5);
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      assert.ok(a && b && (Math.abs(a.x - b.x) >= a.width || Math.abs(a.y - b.y) >= Math.min(a.height, b.height)), 'steps overlap');
    }
  }

  // By the pointer as well.
  await keyboard.press('/');
  await person.clicks('quick-add-item-wait');
  await person.page.locator('[data-testid^="node-"]').nth(5).waitFor();

  // The palette gives the keys back when it is left.
  await keyboard.press('Control+K');
  await person.page.waitForFunction(() => document.activeElement?.getAttribute('data-testid') === 'palette');
  await keyboard.press('Escape');
  await person.page.waitForFunction(() => document.activeElement?.getAttribute('data-testid') === 'canvas');

  // What takes the focus away closes it; from the palette it opens with the focus.
  await keyboard.press('Control+K');
  await person.writes('palette', 'Add a step');
  await keyboard.press('Enter');
  await person.page.waitForFunction(() => document.activeElement?.getAttribute('data-testid') === 'quick-add-search');
  await person.at('library-search').focus();
  await person.at('quick-add').waitFor({ state: 'detached' });
  assert.equal(await focused(), 'library-search');
  assert.deepEqual(person.complaints, []);
});

test('a window nobody touches follows what is done in another, and undo leads back in both', async () => {
  const { person: here, steps: [step = ''] } = await stage.draw('light', ['transform']);
  await here.seesWith('version-chip', 'data-save', 'saved');
  const there = await stage.openWorkflow(new URL(here.page.url()).pathname.split('/').at(-1) ?? '');
  await there.sees(`node-${step}`);
  await here.inspects(step, 'config');
  await here.writes('step-name', 'Pack the parcel');
  await there.reads(`node-${step}`, 'Pack the parcel');
  await there.reads('editor-announcements', 'changed elsewhere');
  await there.photographs('followed-dark');

  await there.clicks('undo-edit');
  await there.at(`node-${step}`).filter({ hasNotText: 'Pack the parcel' }).first().waitFor();
  await here.at(`node-${step}`).filter({ hasNotText: 'Pack the parcel' }).first().waitFor();
  await here.seesWith('version-chip', 'data-save', 'saved');
  await there.seesWith('version-chip', 'data-save', 'saved');
  assert.deepEqual([...here.complaints, ...there.complaints], []);
});

test('two steps are wired without a pointer, by branch, to where a wire may lead', async () => {
  const { person, steps: [asks = '', sends = '', tells = ''] } = await stage.draw('light', ['approval', ['transform', 1.4, 0], ['transform', 1.4, 1.4]]);
  const { keyboard } = person.page;
  const focused = (/** @type {string} */ id) => person.page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-testid') === wanted, id);
  await person.clicks(`node-${asks}`);
  await person.at('canvas').first().focus();
  await keyboard.press('c');
  await focused('connect-to-search');
  await person.sees(`connect-to-item-rejected-${tells}`);
  await person.photographs('connect-to-light');
  assert.equal(await person.at(`connect-to-item-approved-${asks}`).count(), 0);
  await keyboard.type('rejected');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await person.seesWires(1);
  await person.reads('editor-announcements', 'connected to');
  await focused('canvas');

  // From the step's menu, and by the palette.
  await person.at(`node-${asks}`).first().click({ button: 'right' });
  await person.clicks('step-menu-connect');
  await focused('connect-to-search');
  await person.clicks(`connect-to-item-approved-${sends}`);
  await person.seesWires(2);
  await keyboard.press('Control+K');
  await person.writes('palette', 'Connect the selected');
  await keyboard.press('Enter');
  await focused('connect-to-search');
  // What it leads to already is not offered again.
  await person.sees(`connect-to-item-rejected-${sends}`);
  assert.equal(await person.at(`connect-to-item-approved-${sends}`).count(), 0);
  await keyboard.press('Escape');
  await person.at('connect-to').waitFor({ state: 'detached' });
  await focused('canvas');
  assert.deepEqual(await person.serious(), []);
  assert.deepEqual(person.complaints, []);
});
