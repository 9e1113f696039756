// What the report can do beyond being read: find goals, narrow and sort lists, sort tables. Every page is whole without
// it; the controls that need it are hidden, or not there, until it runs. It loads nothing and only ever writes text.
(function () {
  'use strict';

  const WAIT_MS = 90;
  const FEWEST = 2;
  const LETTERS = { 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'æ': 'ae', 'œ': 'oe', 'ß': 'ss', 'ı': 'i' };

  /** A text as it is compared: small letters without accents. */
  function folded(text) {
    return text.toLowerCase().normalize('NFD').replace(/\p{M}+/gu, '')
      .replace(/[øłđðþæœßı]/g, function (letter) { return LETTERS[letter]; });
  }

  /** Calls `work` once, when no further call came for a moment. */
  function calmly(work) {
    let timer = 0;
    return function () {
      clearTimeout(timer);
      timer = setTimeout(work, WAIT_MS);
    };
  }

  /** Orders by `key`, what has none (null) last; among equals the first order stays. */
  function ordered(entries, key, sign) {
    const collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
    const keyed = entries.map(function (entry, index) { return { entry: entry, index: index, key: key(entry) }; });
    const compare = function (a, b) {
      return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
    };
    keyed.sort(function (a, b) {
      if (a.key === null || b.key === null) {
        return (a.key === null) - (b.key === null) || a.index - b.index;
      }
      return sign * compare(a.key, b.key) || a.index - b.index;
    });
    return keyed.map(function (one) { return one.entry; });
  }

  /** Puts these elements, which are siblings, into this order. */
  function place(elements, parent) {
    const last = elements.reduce(function (found, element) {
      return found.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING ? element : found;
    });
    const after = last.nextSibling;
    const all = document.createDocumentFragment();
    elements.forEach(function (element) { all.appendChild(element); });
    parent.insertBefore(all, after);
  }

  /** Shows a form whose fields are for words that no browser needs to know. */
  function reveal(form) {
    form.autocomplete = 'off';
    form.spellcheck = false;
    form.hidden = false;
  }

  // Lists of goals: [data-list] holds a form [data-filters], a count [data-count], groups [data-group] and items
  // [data-item] with what they are narrowed by in data attributes. [data-list="text"] is found by all that its items
  // say; any other list only by their links, since they say much else.

  const ORDERS = {
    status: function (item) { return Number(item.dataset.rank); },
    progress: function (item) { return item.dataset.progress ? Number(item.dataset.progress) : null; },
    title: function (item) { return folded(item.querySelector('a').textContent.trim()); },
  };

  /** What an item is found by. */
  function words(item) {
    const links = Array.from(item.querySelectorAll('a'), function (link) { return link.textContent; });
    const said = item.closest('[data-list="text"]') ? item.textContent : links.join(' ');
    return folded([said, item.dataset.id || '', item.dataset.tag || ''].join(' '));
  }

  /** Tells whether one of the values, one a line, is the wanted one or lies below it (`a/b` below `a`). */
  function holds(values, wanted) {
    return (values || '').split('\n').some(function (value) {
      return value === wanted || value.startsWith(wanted + '/');
    });
  }

  function setUpList(list) {
    const form = list.querySelector('[data-filters]');
    if (!form) { return; }
    const field = form.querySelector('input[type="search"]');
    const choices = Array.from(form.querySelectorAll('select'));
    const filters = choices.filter(function (choice) { return choice.name !== 'sort'; });
    const order = form.querySelector('select[name="sort"]');
    const clear = form.querySelector('button[type="reset"]');
    const count = list.querySelector('[data-count]');
    const none = list.querySelector('[data-none]');
    const items = Array.from(list.querySelectorAll('[data-item]'));
    if (items.length < FEWEST) { return; }
    const groups = Array.from(list.querySelectorAll('[data-group]'));
    const places = Array.from(list.querySelectorAll('[data-place]'), function (place) {
      return { place: place, text: folded(place.textContent) };
    });
    const siblings = new Map();
    items.forEach(function (item) {
      const parent = item.parentNode;
      if (!siblings.has(parent)) { siblings.set(parent, []); }
      siblings.get(parent).push(item);
    });
    const total = count.textContent;
    let texts = null;
    let sorted = '';

    function wanted() {
      const values = new URLSearchParams();
      if (field && field.value.trim()) { values.set('q', field.value.trim()); }
      choices.forEach(function (choice) { if (choice.value) { values.set(choice.name, choice.value); } });
      return values;
    }

    function narrow() {
      const asked = field ? folded(field.value).split(/\s+/).filter(Boolean) : [];
      if (asked.length && !texts) { texts = items.map(words); }
      const chosen = filters.filter(function (choice) { return choice.value; });
      let shown = 0;
      items.forEach(function (item, index) {
        const fits = asked.every(function (word) { return texts[index].includes(word); }) &&
          chosen.every(function (choice) { return holds(item.dataset[choice.name], choice.value); });
        if (item.hidden === fits) { item.hidden = !fits; }
        if (fits) { shown += 1; }
      });
      const found = places.filter(function (one) {
        one.place.hidden = !asked.every(function (word) { return one.text.includes(word); });
        return !one.place.hidden;
      });
      list.querySelectorAll('[data-places], [data-places] > *').forEach(function (part) {
        part.hidden = !part.querySelector('[data-place]:not([hidden])');
      });
      groups.forEach(function (group) { group.hidden = !group.querySelector('[data-item]:not([hidden])'); });
      const all = shown === items.length;
      count.textContent = all ? total : shown.toLocaleString('en') + ' of ' + total;
      if (none) { none.hidden = shown + (asked.length ? found.length : 0) > 0; }
    }

    function sort() {
      const by = order ? order.value : '';
      if (by === sorted) { return; }
      sorted = by;
      siblings.forEach(function (members, parent) {
        place(by ? ordered(members, ORDERS[by], 1) : members, parent);
      });
    }

    function show() {
      sort();
      narrow();
      if (clear) { clear.hidden = wanted().toString() === ''; }
    }

    function remember() {
      const state = wanted().toString();
      const address = location.pathname + (state ? '#' + state : '');
      try { history.replaceState(null, '', address); } catch (refused) { location.replace('#' + state); }
    }

    function recall() {
      const fragment = location.hash.slice(1);
      if (fragment && !fragment.includes('=')) { return; }
      const values = new URLSearchParams(fragment || location.search);
      if (field) { field.value = values.get('q') || ''; }
      choices.forEach(function (choice) {
        choice.value = values.get(choice.name) || '';
        if (choice.selectedIndex < 0) { choice.selectedIndex = 0; }
      });
      show();
    }

    const changed = calmly(function () { show(); remember(); });
    form.addEventListener('input', changed);
    form.addEventListener('change', changed);
    form.addEventListener('reset', function () { setTimeout(changed); if (field) { field.focus(); } });
    form.addEventListener('submit', function (event) { event.preventDefault(); });
    window.addEventListener('hashchange', recall);
    reveal(form);
    recall();
  }

  // The search field at the top of every page leads to the page of all goals.

  function setUpFind(form) {
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      const asked = form.querySelector('input').value.trim();
      location.href = form.getAttribute('action') + (asked ? '#' + new URLSearchParams({ q: asked }) : '');
    });
    reveal(form);
  }

  function setUpKeys() {
    const field = document.querySelector('form.find:not([hidden]) input, [data-filters]:not([hidden]) input');
    if (!field) { return; }
    field.setAttribute('aria-keyshortcuts', '/');
    document.addEventListener('keydown', function (event) {
      const typing = event.target.closest('input, select, textarea, [contenteditable]');
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.key === '/' && plain && !typing) {
        event.preventDefault();
        field.focus();
        field.select();
      } else if (event.key === 'Escape' && event.target.type === 'search') {
        event.preventDefault();
        if (event.target.value) {
          event.target.value = '';
          event.target.dispatchEvent(new Event('input', { bubbles: true }));
        } else {
          event.target.blur();
        }
      }
    });
  }

  // Tables: a head with [data-sort] becomes a button that sorts upward, then downward, then as it was.

  /** What a cell below this head is sorted by: its date, its number, its text; nothing for a blank or a dash. */
  function cellKey(cell, head) {
    const time = cell.querySelector('time[datetime]');
    if (time) { return time.getAttribute('datetime'); }
    const text = cell.textContent.trim();
    if (text === '' || text === '–') { return null; }
    // What stands in a column of numbers may have its unit beside it, before or behind.
    const digits = head.classList.contains('num') && text.replace(/,/g, '').match(/[−-]?[^\d\s−-]?(\d+(\.\d+)?)/);
    if (digits) { return Number(digits[1]) * (/^[−-]/.test(digits[0]) ? -1 : 1); }
    const number = Number(text.replace(/[,%\s]/g, '').replace('−', '-'));
    return Number.isNaN(number) ? folded(text) : number;
  }

  function setUpTable(table) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const heads = Array.from(table.querySelectorAll('th[data-sort]'));
    if (rows.length < 2) { return; }
    const next = { ascending: 'descending', descending: null };
    heads.forEach(function (head) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener('click', function () {
        const now = head.getAttribute('aria-sort');
        const direction = now ? next[now] : 'ascending';
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        table.toggleAttribute('data-sorted', Boolean(direction));
        if (direction) { head.setAttribute('aria-sort', direction); }
        const key = function (row) { return cellKey(row.cells[head.cellIndex], head); };
        place(direction ? ordered(rows, key, direction === 'ascending' ? 1 : -1) : rows, body);
      });
    });
  }

  // A map that is wider than its window begins at the first goal of its top, not at its left edge.

  function setUpMap(region) {
    const corner = function (goal) {
      const box = goal.querySelector('rect');
      return { x: Number(box.getAttribute('x')), y: Number(box.getAttribute('y')), width: Number(box.getAttribute('width')) };
    };
    const first = Array.from(region.querySelectorAll('.map-goal'), corner).reduce(function (best, one) {
      return !best || one.y < best.y || (one.y === best.y && one.x < best.x) ? one : best;
    }, null);
    if (first) { region.scrollLeft = first.x + first.width / 2 - region.clientWidth / 2; }
  }

  // A heat map that is wider than its window shows the week that is under way, not the first ones.

  function setUpHeat(region) {
    const now = region.querySelector('.heat-week.now');
    if (!now) { return; }
    const room = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const beyond = now.getBoundingClientRect().right + room - region.getBoundingClientRect().right;
    if (beyond > 0) { region.scrollLeft += beyond; }
  }

  document.querySelectorAll('.map-scroll').forEach(setUpMap);
  document.querySelectorAll('.heat-scroll').forEach(setUpHeat);
  document.querySelectorAll('[data-list]').forEach(setUpList);
  document.querySelectorAll('form.find').forEach(setUpFind);
  document.querySelectorAll('table:has(th[data-sort])').forEach(setUpTable);
  setUpKeys();
})();
