// Stands in for `@jest/globals` while mutants are tried: tests are collected, then run one by one in this process.
import { expect } from 'expect';
import { bind } from 'jest-each';
import { ModuleMocker } from 'jest-mock';

const mocker = new ModuleMocker(globalThis);

export { expect };
export const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
};

let suite;

const newSuite = (name, parent) => ({
  name,
  parent,
  beforeAll: [],
  afterAll: [],
  beforeEach: [],
  afterEach: [],
  tests: [],
  isBegun: false,
});

/** Loads a test file by `load` and answers its tests, in order: `{ name, suite, body }`. */
export async function collect(load) {
  const top = newSuite('', undefined);
  top.tests = [];
  suite = top;
  await load();
  return top.tests;
}

const topOf = (one) => (one.parent === undefined ? one : topOf(one.parent));
const nameIn = (one, name) => (one.name === '' ? name : `${nameIn(one.parent, one.name)} ${name}`);

export const describe = (name, body) => {
  suite = newSuite(name, suite);
  body();
  suite = suite.parent;
};

export const test = (name, body) => {
  topOf(suite).tests.push({ name: nameIn(suite, name), suite, body });
};

test.skip = () => undefined;
describe.skip = () => undefined;
describe.each = bind(describe, false);
test.each = bind(test, false);

const hook = (kind) => (body) => {
  suite[kind].push(body);
};
export const beforeAll = hook('beforeAll');
export const afterAll = hook('afterAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');
