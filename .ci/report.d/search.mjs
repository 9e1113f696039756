// What the script of the report does, tried in a browser on a built site: search, choices, sorting, keys, and that
// nothing is lost without it. Usage: node search.mjs SITE CHROMIUM, SITE being the folder that `goals report` wrote for
// the sample of `goals demo`.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [site, executablePath] = process.argv.slice(2);
const root = pathToFileURL(`${site}/`).href;
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const faults = [];

/** A page of the site; whatever its console says, and whatever it asks for outside of the site, is a fault. */
async function open(path, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => faults.push(`${path}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(root)) faults.push(`${path} asks for ${request.url()}`);
  });
  await page.goto(root + path);
  return page;
}

/** The titles of the goals that are shown, in their order. */
const titles = (page) => page.locator('[data-item]:visible').evaluateAll(
  (items) => items.map((item) => item.querySelector('a').textContent));

const count = (page) => page.locator('[data-count]').textContent();

/** Waits until the count says so. */
const says = async (page, text) => {
  await page.waitForFunction((text) => document.querySelector('[data-count]').textContent === text, text)
    .catch(async () => assert.equal(await count(page), text));
};

const cases = {
  async 'every word must occur, in any field, without regard to accents and case'() {
    const page = await open('search.html');
    const all = await titles(page);
    assert.ok(all.length > 10);
    const field = page.locator('#filter-text');
    await field.fill('INES help');
    await page.waitForFunction((n) => document.querySelectorAll('[data-item]:not([hidden])').length < n, all.length);
    const found = await titles(page);
    assert.ok(found.length > 0 && found.every((title) => all.includes(title)));
    assert.deepEqual(found, all.filter((title) => found.includes(title)), 'the order is kept');
    const texts = await page.locator('[data-item]:visible').allTextContents();
    assert.ok(texts.every((text) => text.includes('Inès') && /help/i.test(text)));
    assert.equal(await count(page), `${found.length} of ${all.length} goals`);
    await field.fill('no such words anywhere');
    await says(page, `0 of ${all.length} goals`);
    assert.ok(await page.locator('[data-none]').isVisible());
    assert.equal(await page.locator('[data-group]:visible').count(), 0);
  },

  async 'cycles, teams and people are found by their names'() {
    const page = await open('search.html');
    const field = page.locator('#filter-text');
    const places = () => page.locator('[data-place]:visible').allTextContents();
    const all = await places();
    await field.fill('platform');
    await page.waitForFunction((n) => document.querySelectorAll('[data-place]:not([hidden])').length < n, all.length);
    const found = await places();
    assert.ok(found.length > 0 && found.every((text) => /platform/i.test(text)), found.join(', '));
    await field.fill('no such words anywhere');
    await page.waitForFunction(() => document.querySelector('[data-places]').hidden);
  },

  async 'tables of records sort by value, with its unit'() {
    const page = await open('index.html');
    const ways = await page.locator('a[href*="goals/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href').split('#')[0]));
    for (const way of new Set(ways)) {
      await page.goto(root + way);
      const tables = page.locator('table.records:visible');
      for (let at = 0; at < await tables.count(); at += 1) {
        const values = async () => (await tables.nth(at).locator('tbody tr > :nth-child(2)').allTextContents())
          .filter((text) => /\d/.test(text)).map((text) => Number(text.replace(/,/g, '').replace('−', '-').match(/-?\d+(\.\d+)?/)[0]));
        const before = await values();
        if (before.length < 3) continue;
        await tables.nth(at).locator('th:nth-child(2) button').click();
        assert.deepEqual(await values(), [...before].sort((one, other) => one - other), way);
        return;
      }
    }
    assert.fail('no table of records to sort');
  },

  async 'choices narrow further, and the address keeps them'() {
    const page = await open('search.html');
    const total = (await titles(page)).length;
    await page.locator('#filter-status').selectOption('off-track');
    await page.waitForFunction(() => location.hash.includes('status=off-track'));
    const offTrack = await titles(page);
    assert.ok(offTrack.length > 0 && offTrack.length < total);
    await page.locator('#filter-team').selectOption('engineering');
    await page.waitForFunction(() => location.hash.includes('team=engineering'));
    const both = await titles(page);
    assert.ok(both.length > 0 && both.length < offTrack.length, 'teams below the chosen one are in');
    await page.locator('#filter-text').fill('forecast');
    await page.waitForFunction(() => location.hash.includes('q=forecast'));
    const address = page.url();
    const shown = await titles(page);
    const again = await open(address.slice(root.length));
    assert.deepEqual(await titles(again), shown);
    assert.equal(await again.locator('#filter-text').inputValue(), 'forecast');
    await again.getByRole('button', { name: 'Clear' }).click();
    await says(again, `${total} goals`);
    assert.ok(!again.url().includes('#'));
    assert.ok(await again.getByRole('button', { name: 'Clear' }).isHidden());
    const odd = await open('search.html#status=nonesuch&q=');
    assert.equal((await titles(odd)).length, total, 'an unknown choice is none');
    const asked = await open('search.html?q=forecast');
    assert.equal(await asked.locator('#filter-text').inputValue(), 'forecast');
  },

  async 'the field at the top of each page leads to what it asks for'() {
    for (const path of ['index.html', 'cycles/2026-q4.html']) {
      const page = await open(path);
      await page.keyboard.press('/');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'find');
      await page.keyboard.type('harbour & co');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('#find').inputValue(), '');
      await page.keyboard.type('harbour');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${root}search.html#q=harbour`);
      assert.equal(await page.locator('#filter-text').inputValue(), 'harbour');
      assert.ok((await titles(page)).length > 0);
    }
  },

  async 'keys: / leads to the field and is typed in it, Escape clears and then leaves'() {
    const page = await open('search.html');
    const total = (await titles(page)).length;
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'filter-text');
    await page.keyboard.type('a/b');
    assert.equal(await page.locator('#filter-text').inputValue(), 'a/b');
    await page.keyboard.press('Escape');
    await says(page, `${total} goals`);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
    assert.equal(await page.locator('[data-count]').getAttribute('role'), 'status');
  },

  async 'lists of a cycle, a team and a person are narrowed and sorted'() {
    for (const path of ['cycles/2026-q4.html', 'teams/support.html', 'people/hana.html']) {
      const page = await open(path);
      const all = await titles(page);
      await page.locator('#filter-sort').selectOption('progress');
      await page.waitForFunction(() => location.hash === '#sort=progress');
      const groups = await page.locator('[data-item]').evaluateAll((items) => {
        const byParent = new Map();
        for (const item of items) {
          if (!byParent.has(item.parentNode)) byParent.set(item.parentNode, []);
          // What has none comes last.
          byParent.get(item.parentNode).push(item.dataset.progress ? Number(item.dataset.progress) : Infinity);
        }
        return [...byParent.values()];
      });
      assert.ok(groups.some((members) => members.length > 1), path);
      for (const members of groups) assert.deepEqual(members, [...members].sort((a, b) => a - b), path);
      await page.locator('#filter-sort').selectOption('');
      await page.waitForFunction(() => location.hash === '');
      assert.deepEqual(await titles(page), all, `${path}: back in the order of the plan`);
      const status = page.locator('#filter-status');
      const first = await status.locator('option').nth(1).getAttribute('value');
      await status.selectOption(first);
      await page.waitForFunction(() => location.hash.startsWith('#status='));
      const words = await page.locator('[data-item]:visible').evaluateAll(
        (items) => items.map((item) => item.dataset.status));
      assert.ok(words.length > 0 && words.every((word) => word === first), path);
    }
  },

  async 'tables sort by a click or a key on a head, and say so'() {
    const page = await open('cycles/2026-q4.html');
    const column = (at) => page.locator('table.teams tbody tr').evaluateAll(
      (rows, at) => rows.map((row) => row.cells[at].textContent.trim()), at);
    const before = await column(0);
    const head = page.locator('table.teams th', { hasText: 'Progress' });
    await head.getByRole('button').focus();
    await page.keyboard.press('Enter');
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    const upward = (await column(1)).map((text) => parseFloat(text));
    assert.deepEqual(upward, [...upward].sort((a, b) => a - b));
    await page.keyboard.press('Space');
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    const downward = (await column(1)).map((text) => parseFloat(text));
    assert.deepEqual(downward, [...upward].reverse());
    await head.getByRole('button').click();
    assert.equal(await head.getAttribute('aria-sort'), null);
    assert.deepEqual(await column(0), before);
    const due = await open('teams/support.html');
    const when = due.locator('table.due th', { hasText: 'When' });
    await when.getByRole('button').click();
    const dates = await due.locator('table.due tbody time').evaluateAll(
      (times) => times.map((time) => time.getAttribute('datetime')));
    assert.deepEqual(dates, [...dates].sort());
    for (const [path, table] of [['cycles/2026-q3.html', '.scores'], ['calibration.html', '.outcomes']]) {
      const ended = await open(path);
      await ended.evaluate(() => { for (const details of document.querySelectorAll('details')) details.open = true; });
      const heads = ended.locator(`table${table} thead th:has(button)`);
      assert.ok(await heads.count() >= 4, path);
      for (const sorted of await heads.all()) {
        const cells = () => ended.locator(`table${table} tbody tr`).evaluateAll(
          (rows, at) => rows.map((row) => row.cells[at].textContent.trim()), place);
        const place = await sorted.evaluate((element) => element.cellIndex);
        await sorted.getByRole('button').click();
        const told = (await cells()).filter((text) => text !== '–');
        const value = (text) => Number(text.match(/^-?[\d.]+/)?.[0] ?? NaN);
        const order = told.every((text) => !Number.isNaN(value(text)))
          ? (one, other) => value(one) - value(other)
          : (one, other) => one.localeCompare(other, 'en', { numeric: true });
        assert.deepEqual(told, [...told].sort(order), `${path}, column ${place}`);
      }
    }
  },

  async 'without the script every goal is there and nothing dead is'() {
    for (const path of ['search.html', 'cycles/2026-q4.html', 'teams/support.html', 'people/hana.html']) {
      const live = await open(path);
      const still = await open(path, { javaScriptEnabled: false });
      assert.equal(await still.locator('[data-item]:visible').count(), (await titles(live)).length, path);
      assert.equal(await still.locator('input:visible, select:visible, button:visible').count(), 0, path);
      assert.equal(await still.locator('.nav a').count() > 1, true, path);
    }
  },

  async 'ten thousand goals stay usable'() {
    const page = await open('search.html');
    // The page as it would be served with many goals: the same rows again and again, before the script runs.
    const html = await page.evaluate((most) => {
      const list = document.querySelector('.found');
      const rows = [...document.querySelectorAll('.found > li')].map((row) => row.outerHTML);
      let text = '';
      for (let at = 0; at < most; at += 1) text += rows[at % rows.length];
      list.innerHTML = text;
      const total = list.children.length;
      document.querySelector('[data-count]').textContent = `${total} goals`;
      return total;
    }, 10000);
    assert.equal(html, 10000);
    const time = await page.evaluate(async (source) => {
      const script = document.createElement('script');
      script.src = source;
      await new Promise((loaded) => { script.onload = loaded; document.head.append(script); });
      const field = document.querySelector('#filter-text');
      const spent = [];
      for (const asked of ['f', 'forecast', 'forecast ana', '']) {
        field.value = asked;
        const start = performance.now();
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((done) => { setTimeout(done, 100); });
        document.body.offsetHeight;
        await new Promise(requestAnimationFrame);
        spent.push(Math.round(performance.now() - start));
      }
      return spent;
    }, `${root}report.js`);
    console.log(`  10,000 goals: ${time.join(', ')} ms from key to picture, of which 90 are the pause for typing`);
    assert.ok(Math.max(...time) < 3000, String(time));
  },
};

let failed = 0;
for (const [name, run] of Object.entries(cases)) {
  try {
    await run();
    assert.deepEqual(faults.splice(0), []);
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
