// What is mutated, by which tests, and how many of a hundred mutants must die.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const domain = 'packages/domain/src/';
const signals = [
  'packages/contracts/src/signals.ts',
  'packages/contracts/src/collection.ts',
  'apps/ingestion/src/signals/attributed-signal.ts',
  'apps/ingestion/src/signals/line-outcomes.ts',
  'apps/ingestion/src/signals/signal-facts.ts',
];
const eventStore = [
  'append-rows',
  'as-current',
  'event-id',
  'hour',
  'pack',
  'prepare',
  'rows',
  'version-conflict',
].map((name) => `packages/platform/src/event-store/${name}.ts`);

/** Draws of a property where one draw follows a contact through months: a hundred would take minutes for each mutant. */
const runsMax = { 'block-likelihood': 10, learning: 10 };

/** Each folder of domain is judged by its own tests; a new one is there by being there. */
const domainSuites = readdirSync(join(root, domain), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const folder = [`${domain}${name}/`];
    return { sources: folder, tests: folder, fresh: ['packages/domain/'], runsMax: runsMax[name] };
  });

/**
 * A suite is mutated in one go: `sources` are the folders and files of the mutants, `tests` those whose unit tests
 * judge them, `fresh` what is loaded anew for every mutant, because it may hold state, `runsMax` the draws of each of
 * their properties.
 */
export const suites = [
  ...domainSuites,
  {
    sources: signals,
    tests: ['packages/contracts/src/', 'apps/ingestion/src/signals/'],
    fresh: ['packages/contracts/', 'apps/ingestion/'],
  },
  {
    sources: eventStore,
    tests: ['packages/platform/src/event-store/'],
    fresh: ['packages/platform/src/event-store/'],
  },
];

/** A room's score is that of all its mutants; a file may belong to a room and to the room around it. */
export const rooms = [
  { name: 'domain', within: [domain], percentMin: 85 },
  { name: 'contact-policy', within: [`${domain}contact-policy/`], percentMin: 95 },
  { name: 'data-request', within: [`${domain}data-request/`], percentMin: 95 },
  { name: 'cohort', within: [`${domain}cohort/`], percentMin: 95 },
  // Dates that caps and legal periods are reckoned with, what a kind means, and who may be analysed.
  { name: 'calendar', within: [`${domain}calendar/`], percentMin: 95 },
  { name: 'kinds', within: [`${domain}signals/`], percentMin: 95 },
  { name: 'analysis', within: [`${domain}analysis/`], percentMin: 95 },
  { name: 'signals', within: signals, percentMin: 95 },
  { name: 'event store', within: eventStore, percentMin: 95 },
];

export const isWithin = (path, places) => places.some((place) => path.startsWith(place));

const filesIn = (place) =>
  place.endsWith('.ts')
    ? [place]
    : readdirSync(join(root, place), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)))
        .toSorted();

export const sourcesOf = ({ sources }) =>
  sources.flatMap(filesIn).filter(
    // What only tests are made of is judged by nobody.
    (path) => !path.endsWith('.test.ts') && !path.includes('/testing/'),
  );

/** Unit tests only: a mutant that needs a server to die is not judged here. */
export const testsOf = ({ tests }) =>
  tests
    .flatMap(filesIn)
    .filter((path) => path.endsWith('.test.ts') && !/\.(?:int|e2e)\.test\.ts$/.test(path));
