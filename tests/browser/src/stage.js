// A server with a data folder of its own and a browser, for one test; all gone when it ends.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

import { Person } from './person.js';

/** How long anything may take before a test gives up on it; a test that succeeds never waits this long. */
const PATIENCE = 60_000;

/** @param {string} name */
function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test browser\``);
  return value;
}

export class Stage {
  /** @param {string} folder @param {import('playwright-core').Browser} browser */
  constructor(folder, browser) {
    this.folder = folder;
    this.browser = browser;
    /** @type {import('node:child_process').ChildProcess | undefined} */
    this.server = undefined;
    this.address = '';
  }

  static async set() {
    const folder = await mkdtemp(join(tmpdir(), 'heddle-browser-'));
    const browser = await chromium.launch({
      executablePath: needed('HEDDLE_CHROMIUM'),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    });
    const stage = new Stage(folder, browser);
    await stage.serve();
    return stage;
  }

  /** Starts the server; the address it prints opens the studio. */
  async serve() {
    const server = spawn(needed('HEDDLE_BIN'), ['serve', '--port', '0', '--data-dir', join(this.folder, 'data')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.server = server;
    for await (const line of createInterface({ input: server.stdout })) {
      if (line.startsWith('http://')) {
        this.address = line.trim();
        return;
      }
    }
    throw new Error('the server ended before it printed its address');
  }

  /** Ends the server as a service manager would, and waits until it has gone. */
  async stopServing() {
    const server = this.server;
    if (!server || server.exitCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
  }

  /** Opens the studio in a new browser window. @param {'dark' | 'light'} [theme] */
  async open(theme = 'dark') {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme });
    context.setDefaultTimeout(PATIENCE);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const person = new Person(page, new URL(this.address).origin);
    await page.goto(this.address);
    return person;
  }

  /** Opens a workflow. @param {string} id @param {'dark' | 'light'} [theme] */
  async openWorkflow(id, theme) {
    const person = await this.open(theme);
    await person.sees('nav-workflows');
    await person.goesTo(`/workflows/${id}`);
    await person.sees('canvas');
    return person;
  }

  /** Opens the example's last step in the wide mapper. @param {'dark' | 'light'} theme */
  async openMapper(theme) {
    const person = await this.openWorkflow('it-ticket-triage', theme);
    await person.inspects('solve', 'data');
    await person.clicks('open-mapper');
    await person.sees('mapper');
    return person;
  }

  /** Opens a new workflow with these library items, given by column and row of a grid, and says what their steps are
   * called, in that order. @param {'dark' | 'light'} theme @param {(string | [string, number, number])[]} items */
  async draw(theme, items) {
    const person = await this.open(theme);
    await person.sees('nav-workflows');
    await person.clicks('new-workflow');
    await person.sees('canvas');
    /** @type {string[]} */
    const steps = [];
    for (const [index, item] of items.entries()) {
      const [name, column, row] = typeof item === 'string' ? [item, index, 0] : item;
      await person.placesAgent(name, { x: 130 + column * 260, y: 140 + row * 140 });
      await person.page.locator('[data-testid^="node-"]').nth(index).waitFor();
      const added = (await person.steps()).find((step) => !steps.includes(step));
      if (!added) throw new Error(`${name} was not put on the canvas`);
      steps.push(added);
    }
    return { person, steps };
  }

  async strike() {
    await this.browser.close();
    await this.stopServing();
    await rm(this.folder, { recursive: true, force: true });
  }
}
