// Answers that are kept, and places that are shared: the cache, pools and their limits.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('a cached answer is given again, and one click asks the agent anew', async () => {
  const { person, steps: [looks = ''] } = await stage.draw('dark', ['transform']);
  await person.inspects(looks, 'policy');
  await person.at('policy-cache').first().click({ force: true });
  await person.writes('policy-cache-ttl', '60');
  await person.sees(`mark-cache-${looks}`);
  await person.testRuns({ city: 'Delft' });
  await person.seesWith(`node-${looks}`, 'data-status', 'completed');
  assert.equal(await person.at(`source-${looks}`).count(), 0);
  await person.testRuns({ city: 'Delft' });
  await person.reads(`source-${looks}`, 'cached');
  await person.reads(`timeline-bar-${looks}-1-running`, 'cached');
  await person.photographs('cached-dark');

  await person.opensTestRun({ city: 'Delft' });
  await person.at('run-bypass-cache').first().click({ force: true });
  await person.clicks('run-start');
  await person.at('run-dialog').first().waitFor({ state: 'detached' });
  await person.at(`source-${looks}`).first().waitFor({ state: 'detached' });
  await person.seesWith(`node-${looks}`, 'data-status', 'completed');

  // The same from where the cached answer is looked at.
  await person.testRuns({ city: 'Delft' });
  await person.reads(`source-${looks}`, 'cached');
  await person.clicks('open-execution');
  await person.clicks(`timeline-row-${looks}`);
  await person.reads('step-detail', 'Cached:');
  const cached = person.page.url();
  await person.clicks('ask-again');
  await person.page.waitForURL((url) => url.href !== cached);
  await person.clicks(`timeline-row-${looks}`);
  await person.sees('fork');
  assert.equal(await person.at('ask-again').count(), 0);
  assert.deepEqual(person.complaints, []);
});

test('the limits of a pool are set, kept, and held by the steps that name it', async () => {
  const person = await stage.open('light');
  await person.sees('nav-workflows');
  await person.clicks('nav-settings');
  await person.sees('pools-none');
  await person.clicks('pool-add');
  assert.equal(await person.at('pools-save').first().isDisabled(), true);
  await person.writes('pool-name-0', 'The slow database');
  await person.writes('pool-slots-0', '1');
  await person.clicks('pool-add');
  await person.writes('pool-name-1', 'The slow database');
  await person.page.getByText('There is a pool of that name already.').first().waitFor();
  await person.writes('pool-name-1', 'openai');
  await person.writes('pool-requests_per_minute-1', '500');
  await person.photographs('pools-light');
  assert.deepEqual(await person.serious(), []);
  await person.clicks('pools-save');
  await person.at('pools-save').first().waitFor({ state: 'detached' });
  await person.page.reload();
  await person.sees('pool-name-1');
  assert.equal(await person.at('pool-name-1').first().inputValue(), 'The slow database');
  await person.clicks('pool-remove-0');
  await person.clicks('pools-save');
  await person.at('pools-save').first().waitFor({ state: 'detached' });

  const { person: drawer, steps: [one = '', two = ''] } = await stage.draw('dark', [['wait', 0, 0], ['wait', 0, 1]]);
  for (const step of [one, two]) {
    await drawer.inspects(step, 'policy');
    await drawer.chooses('policy-pool', 'The slow database');
    await drawer.reads('policy-pool-limits', '1 at once');
    await drawer.sees(`mark-pool-${step}`);
  }
  await drawer.photographs('pool-on-a-step-dark');
  await drawer.testRuns({});
  await drawer.page.locator('[data-testid^="node-"]', { hasText: 'waits for The slow database' }).first().waitFor();
  await drawer.photographs('pool-waits-dark');
  for (const step of [one, two]) await drawer.seesWith(`node-${step}`, 'data-status', 'completed');
  await drawer.page.locator('[data-testid^="timeline-bar-"][data-testid$="-pool"]').first().waitFor();
  assert.deepEqual([...person.complaints, ...drawer.complaints], []);
});
