// Counts, scores and bounds: of a file, and of a room with what is known of its other files.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWithin, rooms, root } from './rooms.mjs';

const resultFile = join(root, 'bench', 'results', 'mutation.json');

const nobody = {
  killed: 0,
  timeout: 0,
  survived: 0,
  uncovered: 0,
  equivalent: 0,
  untried: 0,
};

const sum = (counts) =>
  Object.fromEntries(
    Object.keys(nobody).map((name) => [name, counts.reduce((all, one) => all + one[name], 0)]),
  );

export const countsOf = (mutants) => {
  const counts = { ...nobody };
  for (const { outcome } of mutants) counts[outcome] += 1;
  return counts;
};

/** How many mutants met their tests, or were found to meet none; known equivalents and untried ones did not. */
export const judgedIn = ({ killed, timeout, survived, uncovered }) =>
  killed + timeout + survived + uncovered;

/** Of a hundred mutants that can die, how many do; 100 where there is none. */
export const percentOf = (counts) => {
  const all = judgedIn(counts);
  return all === 0 ? 100 : (100 * (counts.killed + counts.timeout)) / all;
};

/** The counts by file of the last run of each file. */
export const recorded = () =>
  existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')).files : {};

const digest = (content) => createHash('sha256').update(content).digest('base64url').slice(0, 16);

/** The name of a file's content, to the byte. */
export const digestOf = (path) => digest(readFileSync(join(root, path)));

/** A text without its lines of comment, and however it is set: what is left is what a mutant can change. */
export const codeOf = (text) =>
  text
    .replaceAll(/^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*)$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The name of a source's code: a score speaks of it, and of no other. */
export const sourceOf = (path) => digest(codeOf(readFileSync(join(root, path), 'utf8')));

/** The recorded files whose source is not what was scored: their scores say nothing of what stands there now. */
export const staleOf = (files) =>
  Object.keys(files).filter(
    (path) => existsSync(join(root, path)) && files[path].source !== sourceOf(path),
  );

/** `files`: counts by path. A room is judged by all of its files, those that were not run as they were recorded. */
export const roomScores = (files) =>
  rooms.flatMap(({ name, within, percentMin }) => {
    const paths = Object.keys(files).filter((path) => isWithin(path, within));
    if (paths.length === 0) return [];
    const counts = sum(paths.map((path) => files[path]));
    return [
      { name, within, files: paths.length, ...counts, percent: percentOf(counts), percentMin },
    ];
  });

const percentMinOf = (path) =>
  Math.max(...rooms.filter(({ within }) => isWithin(path, within)).map((room) => room.percentMin));

/**
 * Files below their room's bound that are worse than recorded, or new: a change makes no room poorer. Of a file that was
 * not tried to its end nothing is known: the first of its mutants are no score.
 */
export const poorer = (files, before) =>
  Object.keys(files).filter((path) => {
    if (files[path].untried > 0) return false;
    const known = before[path] === undefined ? 100 : percentOf(before[path]);
    return percentOf(files[path]) < Math.min(percentMinOf(path), known);
  });

const rounded = (value) => Math.round(value * 100) / 100;

/** A stale score stays with the digest it was made of, and counts in no room. */
export function record(files) {
  const stale = new Set(staleOf(files));
  const sorted = Object.fromEntries(
    Object.keys(files)
      .toSorted()
      .map((path) => [path, { ...files[path], percent: rounded(percentOf(files[path])) }]),
  );
  const fresh = Object.fromEntries(Object.entries(sorted).filter(([path]) => !stale.has(path)));
  const scores = roomScores(fresh).map((room) => ({ ...room, percent: rounded(room.percent) }));
  writeFileSync(resultFile, `${JSON.stringify({ rooms: scores, files: sorted }, undefined, 2)}\n`);
}
