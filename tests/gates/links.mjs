// Every link of the built documentation and of README leads somewhere, every page of site/ is
// published, and none is without a way to it. Looks at web/dist: `npx vite build` must have run.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dist = join(root, 'web/dist');
const away = /^([a-z]+:|\/\/|#)/i;

/** HTML files below a folder. */
function pages(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pages(path) : entry.name.endsWith('.html') ? [path] : [];
  });
}

test('every link of the documentation leads to a file', () => {
  const wrong = [];
  const reached = new Set();
  const all = ['about', 'docs'].flatMap((name) => pages(join(dist, name)));
  assert.ok(all.length >= 8, `${all.length} pages`);
  for (const page of all) {
    const html = readFileSync(page, 'utf8');
    for (const [, link] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (away.test(link)) continue;
      const path = resolve(dirname(page), link.split(/[#?]/)[0]);
      const file = link.split(/[#?]/)[0].endsWith('/') || link === '' || existsSync(join(path, 'index.html')) ? join(path, 'index.html') : path;
      if (existsSync(file)) reached.add(file);
      else wrong.push(`${relative(dist, page)}: ${link}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(all.filter((page) => !reached.has(page) && !page.endsWith('about/index.html')).map((page) => relative(dist, page)), [], 'pages that nothing leads to');
});

test('every page of site/ is published', () => {
  const published = pages(join(dist, 'docs')).map((page) => /<h1[^>]*>(.*?)<\/h1>/s.exec(readFileSync(page, 'utf8'))?.[1]?.replace(/<[^>]*>/g, ''));
  for (const name of readdirSync(join(root, 'site')).filter((file) => file.endsWith('.md'))) {
    const title = /^# (.*)$/m.exec(readFileSync(join(root, 'site', name), 'utf8'))?.[1];
    assert.ok(published.includes(title), `${name} ("${title}") is not published: is it among the pages of vite.config.ts?`);
  }
});

test('what README names is there', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link).filter((link) => !away.test(link));
  const named = [...text.matchAll(/`((?:site|models|assets|tests|native|web|shared|cmake)\/[^`\s]*)`/g)].map(([, path]) => path);
  for (const path of [...links, ...named]) assert.ok(existsSync(join(root, path)), path);
});

test('every kind of file that is read is named where a newcomer looks', () => {
  const text = (name) => readFileSync(join(root, 'site', name), 'utf8');
  const kinds = text('formats.md').split('\n')
    .filter((line) => line.startsWith('| ')).map((line) => line.split('|')[1].trim()).slice(1);
  assert.ok(kinds.length >= 20, `${kinds.length} kinds`);
  const guide = text('index.md');
  for (const kind of kinds) {
    for (const [ending] of kind.matchAll(/`\.[A-Za-z]+`/g)) assert.ok(guide.includes(ending), `${ending} of "${kind}"`);
    const [name] = kind.split(/[ ,]/);
    assert.ok(guide.includes(name) || guide.includes(name.toLowerCase()), `"${name}" of "${kind}"`);
  }
});
