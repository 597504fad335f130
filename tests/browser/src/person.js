// What a person can do in the studio: look, click, type and drag.

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** @typedef {{ x: number, y: number }} Spot */

export class Person {
  /** @param {import('playwright-core').Page} page @param {string} origin */
  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    /** What the browser complained about; a test ends with none. @type {string[]} */
    this.complaints = [];
    page.on('pageerror', (error) => this.complaints.push(`${error.message}\n${error.stack ?? ''}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.complaints.push(message.text());
      }
    });
  }

  /** The element of that test id. @param {string} id */
  at(id) {
    return this.page.getByTestId(id);
  }

  /** @param {string} id */
  async clicks(id) {
    await this.at(id).first().click();
  }

  /** @param {string} id @param {string} text */
  async writes(id, text) {
    await this.at(id).first().fill(text);
  }

  /** Waits until the element is shown. @param {string} id */
  async sees(id) {
    await this.at(id).first().waitFor({ state: 'visible' });
  }

  /** Waits until the element has that attribute. @param {string} id @param {string} name @param {string} value */
  async seesWith(id, name, value) {
    await this.page.locator(`[data-testid="${id}"][${name}="${value}"]`).first().waitFor({ state: 'visible' });
  }

  /** Waits until the element reads so. @param {string} id @param {string} text */
  async reads(id, text) {
    await this.at(id).filter({ hasText: text }).first().waitFor({ state: 'visible' });
  }

  /** @param {string} path */
  async goesTo(path) {
    await this.page.goto(this.origin + path);
  }

  /** The middle of an element. @param {string} id @returns {Promise<Spot>} */
  async middle(id) {
    const box = await this.at(id).first().boundingBox();
    if (!box) throw new Error(`\`${id}\` is not on the page`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Drags with the pointer, on the way as well as at both ends. @param {Spot} from @param {Spot} to */
  async drags(from, to) {
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(to.x, to.y, { steps: 8 });
    await this.page.mouse.up();
  }

  /** Drags an agent from the library to a place on the canvas, given from its upper left corner. @param {string} agent @param {Spot} place */
  async placesAgent(agent, place) {
    await this.at(`library-item-${agent}`).first().scrollIntoViewIfNeeded();
    const canvas = await this.at('canvas').first().boundingBox();
    if (!canvas) throw new Error('there is no canvas');
    await this.drags(await this.middle(`library-item-${agent}`), { x: canvas.x + place.x, y: canvas.y + place.y });
  }

  /** Draws a wire from one step to another, port to port. @param {string} from @param {string} to */
  async wires(from, to) {
    await this.drags(await this.middle(`port-out-${from}`), await this.middle(`port-in-${to}`));
  }

  /** The ids of the steps on the canvas, left to right. @returns {Promise<string[]>} */
  async steps() {
    const nodes = await this.page.locator('[data-testid^="node-"]').all();
    const found = await Promise.all(
      nodes.map(async (node) => ({ id: await node.getAttribute('data-testid'), x: (await node.boundingBox())?.x ?? 0 })),
    );
    return found.toSorted((a, b) => a.x - b.x).map((node) => (node.id ?? '').replace('node-', ''));
  }

  /** Writes into a code editor, in place of what stands there. @param {string} id @param {string} text */
  async types(id, text) {
    await this.page.locator(`[data-testid="${id}"] .cm-content`).first().click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(text);
  }

  /** Chooses one of several words that stand side by side. @param {string} id @param {string} word */
  async picks(id, word) {
    await this.at(id).first().getByText(word, { exact: true }).click();
  }

  /** Opens a list and chooses from it. @param {string} id @param {string | RegExp} word */
  async chooses(id, word) {
    await this.clicks(id);
    await this.page.getByRole('option', { name: word }).first().click();
  }

  /** Opens a step's inspector at one of its parts. @param {string} step @param {string} tab */
  async inspects(step, tab) {
    await this.clicks(`node-${step}`);
    await this.clicks(`inspector-tab-${tab}`);
  }

  /** Draws a wire from a branch of one step to another. @param {string} from @param {string} branch @param {string} to */
  async wiresBranch(from, branch, to) {
    await this.drags(await this.middle(`port-out-${from}-${branch}`), await this.middle(`port-in-${to}`));
  }

  /** Waits until so many wires are drawn. @param {number} count */
  async seesWires(count) {
    await this.page.locator('.react-flow__edge').nth(count - 1).waitFor({ state: 'attached' });
  }

  /** Opens the dialog of a test run with that input. @param {unknown} input */
  async opensTestRun(input) {
    await this.clicks('test-run');
    await this.sees('run-dialog');
    await this.at('run-dialog').getByText('JSON', { exact: true }).first().click();
    await this.types('run-input-json', JSON.stringify(input));
  }

  /** Starts a test run with that input. @param {unknown} input */
  async testRuns(input) {
    await this.opensTestRun(input);
    await this.clicks('run-start');
    await this.at('run-dialog').first().waitFor({ state: 'detached' });
  }

  /** What axe finds that is serious or worse, with the elements. @returns {Promise<string[]>} */
  async serious() {
    await this.page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    return this.page.evaluate(async () => {
      // @ts-expect-error axe has just been put there
      const { violations } = await globalThis.axe.run();
      return violations
        .filter((/** @type {any} */ one) => ['serious', 'critical'].includes(one.impact))
        .map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html).join(' ')}`);
    });
  }

  /** Keeps what the page shows now, for people to look at. @param {string} name */
  async photographs(name) {
    const folder = process.env['HEDDLE_SCREENSHOTS'] ?? join(import.meta.dirname, '../../../screenshots');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `browser-${name}.png`) });
  }
}
