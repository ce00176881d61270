const app = '^apps/(?:ingestion|scoring|outreach|compliance)/src';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
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
      comment: 'domain decides with contracts alone: no Node, no Nest, no driver, no clock.',
      severity: 'error',
      from: { path: '^packages/domain/src', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/(?:domain|contracts)/' },
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
        'packages/testing, and what an app’s own tests share in src/testing, is imported by tests only.',
      severity: 'error',
      from: {
        path: '^(?:apps|packages/(?!testing)|infra)',
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
      name: 'drivers-in-platform-only',
      comment: 'pg and kafkajs stay in platform, so that they can be replaced in one place.',
      severity: 'error',
      from: {
        path: `${app}|^apps/(?:cli|backup)|^packages/(?:contracts|domain)|^infra`,
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
        pathNot: '^$1/$2/|/src/(?:observability/)?index\\.ts$|^packages/testing/src/[^/]+\\.ts$',
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
