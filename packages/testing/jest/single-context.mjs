import { ModernFakeTimers } from '@jest/fake-timers';
import { TestEnvironment } from 'jest-environment-node';
import { ModuleMocker } from 'jest-mock';

/**
 * Tests run in the context of Node itself: the errors of libraries and of Node are instances of the `Error` that our code
 * sees, and no proxy stands between code and its globals. What a file leaves in the environment is taken back after it.
 */
export default class SingleContext extends TestEnvironment {
  #variables = { ...process.env };
  #globals = new Set(Reflect.ownKeys(globalThis));

  constructor(config, context) {
    super(config, context);
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({
      config: config.projectConfig,
      global: globalThis,
    });
  }

  /** None of its own. */
  getVmContext() {
    return undefined;
  }

  async teardown() {
    await super.teardown();
    for (const name of Reflect.ownKeys(globalThis)) {
      if (!this.#globals.has(name)) Reflect.deleteProperty(globalThis, name);
    }
    for (const name of Object.keys(process.env)) {
      if (!(name in this.#variables)) delete process.env[name];
    }
    Object.assign(process.env, this.#variables);
  }
}
