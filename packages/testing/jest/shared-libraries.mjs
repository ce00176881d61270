import { createRequire } from 'node:module';
import { sep } from 'node:path';
import { compileFunction } from 'node:vm';
import JestRuntime from 'jest-runtime';

const require = createRequire(import.meta.url);
const libraries = `${sep}node_modules${sep}`;

/** Jest's own modules hold the state of one test file, so each file has its own. */
const ofJest = new RegExp(`\\${sep}node_modules\\${sep}(?:@jest|jest|jest-[a-z-]+|expect)\\${sep}`);

const isShared = (path) => path.includes(libraries) && !ofJest.test(path);

/** Where a facade finds the library it stands for. */
const loader = Symbol.for('tact.test-libraries');
globalThis[loader] = require;

/** Modules are known by their names before they are run, so what a library exports is written out. */
const facadeOf = (path) => {
  const names = Object.keys(require(path));
  const lines = names.map((name, nth) => `const e${nth} = library[${JSON.stringify(name)}];`);
  const exported = names.map((name, nth) => `e${nth} as ${JSON.stringify(name)}`).join(', ');
  const library = `globalThis[Symbol.for('${loader.description}')](${JSON.stringify(path)})`;
  return `const library = ${library};\n${lines.join('\n')}\nexport { ${exported} };`;
};

/**
 * Each test file has modules of ours for itself; what is under `node_modules` is loaded once for all files of a worker,
 * the way Node loads it, as Node's own modules are. Loading NestJS, TypeORM and their like anew for each of 350 files
 * took a third of the time of all tests. Belongs to `SingleContext`, without which classes of libraries would meet two
 * kinds of `Error`.
 */
export default class SharedLibraries extends JestRuntime {
  constructor(...options) {
    super(...options);
    this.#shareLibraries();
    this.#stayInOneContext();
  }

  #shareLibraries() {
    const { _resolution: resolution, coreModule, transformCache } = this;
    const isCoreModule = resolution.isCoreModule.bind(resolution);
    const requireCore = coreModule.require.bind(coreModule);
    const transform = transformCache.transform.bind(transformCache);
    const isCommonJs = (path) => isShared(path) && !this.unstable_shouldLoadAsEsm(path);
    resolution.isCoreModule = (name) => isCommonJs(name) || isCoreModule(name);
    coreModule.require = (name) => (isShared(name) ? require(name) : requireCore(name));
    transformCache.transform = (path, how) =>
      isShared(path) && this.unstable_shouldLoadAsEsm(path) ? facadeOf(path) : transform(path, how);
  }

  #stayInOneContext() {
    const { esmLoader, executor } = this;
    esmLoader.getContext = () => undefined;
    executor.compile = (source, filename) =>
      compileFunction(source, executor.injectedModuleParameters, { filename });
  }
}
