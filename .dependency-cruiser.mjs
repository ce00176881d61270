const app = '^apps/(?:ingestion|scoring|outreach|compliance)/src';
const domain = '^packages/domain/src';

/**
 * The features of each room, lowest floor first, with the sentence that says why. A feature imports from the floors
 * below its own: not from its own floor, not from above, not from the room's root.
 */
export const floors = {
  'apps/ingestion/src': {
    why: 'who may be observed is asked by all, and a wish is heard whoever brings it; a signal is recorded the same way',
    order: [
      ['consent-gate', 'wishes'],
      ['contacts', 'signals'],
      [
        'whatsapp',
        'imports',
        'cohort',
        'alerts',
        'contact-views',
        'contact-changes',
        'immediate-rights',
      ],
    ],
  },
  'apps/scoring/src': {
    why: 'of who is left out nothing is kept; an assessment is made of facts and incidents; a rebuild makes it anew, a new model asks for that',
    order: [['exclusions'], ['facts'], ['incidents'], ['assessment'], ['rebuild'], ['models']],
  },
  'apps/outreach/src': {
    why: 'consents and decisions are words on one ledger of a person, and read it in one order',
    order: [
      ['ledger', 'addresses', 'wording'],
      ['languages'],
      ['consents', 'decisions', 'notices', 'preferences'],
      ['ways-out'],
      ['confirmations'],
    ],
  },
  'apps/compliance/src': {
    why: 'keys, sessions and requests of persons have nothing in common; a tenant is given its first key',
    order: [
      ['login', 'addresses', 'restrictions'],
      ['staff'],
      ['sessions', 'api-keys', 'data-requests', 'signatures', 'audit', 'proposals'],
      ['tenants'],
    ],
  },
  'apps/cli/src': {
    why: 'a verb reads the home and asks the supervisor; none of them knows a verb',
    order: [['terminal'], ['home'], ['supervisor', 'simulator', 'mail-sink'], ['verbs']],
  },
  'packages/domain/src/block-likelihood': {
    why: 'rates are there before evidence, evidence before belief, belief before a verdict, and what keeps beliefs stands above',
    order: [['model'], ['evidence'], ['filter'], ['verdict'], ['incremental']],
  },
  'apps/gateway/src': {
    why: 'a request passes from its connection to its answer, and what refuses it is below them all',
    order: [
      ['refusals', 'metrics'],
      ['connections', 'upstreams'],
      ['bodies'],
      ['answers'],
      ['pages'],
      ['forwarding', 'hooks', 'operating'],
    ],
  },
  'packages/platform/src': {
    why: 'what is kept is declared where it is kept, events stand on the database, the log on events, readers on the log, and what starts a service stands on all',
    order: [
      ['observability', 'compact', 'pages'],
      ['postgres'],
      ['stores'],
      ['outbound', 'mail'],
      ['event-store', 'alert-mail'],
      ['personal-data', 'log', 'alerts', 'notices'],
      ['config', 'consumer', 'relay', 'sweep', 'signing', 'acts'],
      ['jobs', 'projection', 'backup', 'tenants'],
      ['mail-outbox'],
      ['reaction', 'http'],
      ['boot'],
    ],
  },
  'packages/platform/src/personal-data': {
    why: 'the root key opens keys, keys open what is sealed',
    order: [['root-key'], ['keys'], ['identity', 'sealing']],
  },
};

/** Files beside the floors that every floor stands on. */
const grounds = {
  'apps/gateway/src': 'config',
  // The clock, refusals and cursors are words that need nobody; parked records are asked for by HTTP and held at boot.
  'packages/platform/src':
    'config/(?:clock|startup-refusal)|http/(?:problem-error|cursor)|boot/(?:refusal-sentence|parked-records|consumer-resets)',
  'packages/platform/src/personal-data': 'boxes|refusals',
};

const tests = '\\.test\\.ts$|/src/testing/';
const anyOf = (names) => `(?:${names.join('|')})`;

const downwards = Object.entries(floors).flatMap(([room, { why, order }]) => [
  ...order.flatMap((floor, at) =>
    floor.map((feature) => {
      const below = [feature, ...order.slice(0, at).flat()];
      return {
        name: `features-downwards-${feature}`,
        comment: `${feature} imports ${below.slice(1).join(', ') || 'no other feature'} of ${room}, because ${why}.`,
        severity: 'error',
        from: { path: `^${room}/${feature}/`, pathNot: tests },
        to: {
          path: `^${room}/`,
          pathNot: `^${room}/${anyOf(below)}/|^${room}/(?:${grounds[room] ?? 'none'})\\.ts$`,
        },
      };
    }),
  ),
  {
    name: 'a-feature-has-a-floor',
    comment: `A new folder of ${room} is written into the floors at the top of .dependency-cruiser.mjs.`,
    severity: 'error',
    from: { path: `^${room}/[^/]+/`, pathNot: `^${room}/${anyOf(order.flat())}/|${tests}` },
    to: {},
  },
]);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...downwards,
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or a third one is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-know-zod-only',
      comment: 'contracts is the floor of the house: it imports zod and nothing else.',
      severity: 'error',
      from: { path: '^packages/contracts/src', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/contracts/|node_modules/zod/|^node_modules/\\.pnpm/zod@' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'domain decides with contracts, and with civil dates of temporal-polyfill, alone: no Node, no Nest, no driver, no clock.',
      severity: 'error',
      from: { path: '^packages/domain/src', pathNot: '\\.test\\.ts$|/testing/' },
      to: {
        pathNot:
          '^packages/(?:domain|contracts)/|node_modules/temporal-polyfill/|^node_modules/\\.pnpm/temporal-polyfill@',
      },
    },
    {
      name: 'temporal-in-the-calendar',
      comment: 'Dates of a place are reckoned in one room: ask domain/calendar.',
      severity: 'error',
      from: { path: '^(?:apps|packages)/', pathNot: '^packages/domain/src/calendar/' },
      to: { path: 'node_modules/(?:\\.pnpm/)?temporal-polyfill' },
    },
    {
      name: 'meaning-stands-below-all',
      comment: 'What a signal kind means is read by every rule of domain and reads none of them.',
      severity: 'error',
      from: { path: `${domain}/signals/`, pathNot: '\\.test\\.ts$' },
      to: { path: `${domain}/(?!signals/)` },
    },
    {
      name: 'platform-knows-no-business-word',
      comment: 'platform serves any business: it imports neither domain nor an app.',
      severity: 'error',
      from: { path: '^packages/platform/src' },
      to: { path: '^packages/domain/|^apps/' },
    },
    {
      name: 'platform-ships-without-testing',
      comment:
        'packages/testing, and what an app’s own tests share in src/testing, is imported by tests and the bench only.',
      severity: 'error',
      from: {
        path: '^(?:apps|packages/(?!testing|bench)|infra)',
        pathNot: '\\.test\\.ts$|^apps/[^/]+/src/testing/',
      },
      to: { path: '^packages/testing/|^apps/[^/]+/src/testing/' },
    },
    {
      name: 'no-app-to-app',
      comment: 'Services meet on the log, not in each other’s code.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'a-root-is-no-drawer',
      comment:
        'At the root of a service stand main.ts, the service definition, the module and the table of contents of its migrations: everything else belongs to a feature.',
      severity: 'error',
      from: {
        path: `${app}/[^/]+\\.ts$`,
        pathNot: `/src/(?:main|index|migrations|[a-z]+-service|[a-z]+\\.module)\\.ts$|${tests}`,
      },
      to: {},
    },
    {
      name: 'traces-know-contracts-only',
      comment: 'traces looks for bytes: the shapes of what is looked for are all it needs to know.',
      severity: 'error',
      from: { path: '^packages/traces/src', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/(?:traces|contracts)/' },
    },
    {
      name: 'client-knows-contracts-only',
      comment:
        'client speaks HTTP in the shapes of contracts: it must run where no database and no service is.',
      severity: 'error',
      from: { path: '^packages/client/src', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(?:apps|infra)/|^packages/(?!client|contracts)|^node_modules/(?!zod/|\\.pnpm/zod@)',
      },
    },
    {
      name: 'bench-and-simulator-are-ends',
      comment:
        'What measures and what simulates worlds is shipped with nothing: no room imports it.',
      severity: 'error',
      from: { path: '^(?:apps|infra)/|^packages/(?!bench|simulator)', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/(?:bench|simulator)/' },
    },
    {
      name: 'drivers-in-platform-only',
      comment: 'pg and kafkajs stay in platform, so that they can be replaced in one place.',
      severity: 'error',
      from: {
        path: `${app}|^apps/(?:cli|backup|gateway)|^packages/(?:contracts|domain|client|traces|simulator)|^infra`,
        // The launcher must prove that a server found on a port is its own.
        pathNot: '^infra/src/postgres/(?:connection|(?:frozen-)?server\\.int\\.test)\\.ts$',
      },
      to: { path: '/node_modules/(?:pg|kafkajs)/' },
    },
    {
      name: 'cli-speaks-http',
      comment:
        'The CLI is a client: it knows the contracts and how to start the machinery. What must reach a database is a program that it starts, as apps/backup is.',
      severity: 'error',
      from: { path: '^apps/cli/src' },
      to: { path: '^packages/(?:domain|platform|testing)/' },
    },
    {
      name: 'public-door-only',
      comment: 'Another package is imported by its name, never by a path into its rooms.',
      severity: 'error',
      from: { path: '^(apps|packages)/([^/]+)/' },
      to: {
        path: '^(?:apps|packages)/[^/]+/src/',
        pathNot:
          '^$1/$2/|/src/(?:(?:observability|pages)/)?index\\.ts$|^packages/testing/src/[^/]+\\.ts$',
        dependencyTypesNot: ['npm', 'npm-dev'],
      },
    },
  ],
  options: {
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tact-source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
