// One configuration, four stages: `unit` is pure, `integration` holds a real PostgreSQL (and a real Kafka
// where Java is present), `conformance` tries both message logs, `e2e` starts the platform's processes.
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2024',
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    },
  ],
};

const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  transform,
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: '<rootDir>/packages/testing/jest/single-context.mjs',
  runtime: '<rootDir>/packages/testing/jest/shared-libraries.mjs',
  testEnvironmentOptions: { customExportConditions: ['tact-source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['/dist/', '/.tact/', '/.cache/'],
  injectGlobals: false,
  setupFilesAfterEnv: ['<rootDir>/packages/testing/jest/patience.mjs'],
  ...extra,
});

// The servers that tests share are stopped when the run ends.
const servers = {
  globalSetup: '<rootDir>/packages/testing/jest/setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/jest/teardown.mjs',
};

const source = '<rootDir>/{apps,packages}/*/src/**/';

export default {
  reporters: [
    'default',
    '<rootDir>/packages/testing/jest/cost-reporter.mjs',
    '<rootDir>/packages/testing/jest/end-reporter.mjs',
  ],
  testSequencer: '<rootDir>/packages/testing/jest/longest-first.mjs',
  projects: [
    {
      ...project('unit', [`${source}*.test.ts`, '<rootDir>/infra/src/**/*.test.ts']),
      testPathIgnorePatterns: ['/node_modules/', '\\.int\\.test\\.ts$', '\\.e2e\\.test\\.ts$'],
    },
    {
      ...project(
        'integration',
        [`${source}*.int.test.ts`, '<rootDir>/infra/src/**/*.int.test.ts'],
        servers,
      ),
      testPathIgnorePatterns: ['/node_modules/', '/conformance/[^/]+$'],
    },
    project('conformance', [`${source}conformance/*.int.test.ts`], servers),
    project('e2e', [`${source}*.e2e.test.ts`, '<rootDir>/infra/src/**/*.e2e.test.ts'], servers),
  ],
};
