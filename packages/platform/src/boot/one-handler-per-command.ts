import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/** Metadata keys of @nestjs/cqrs, which does not export them. */
const handlerKeys = ['__commandHandler__', '__queryHandler__'] as const;

type Class = abstract new (...given: never[]) => unknown;

const handledBy = (handler: object): Class | undefined => {
  for (const key of handlerKeys) {
    const handled = Reflect.getMetadata(key, handler) as Class | undefined;
    if (handled) return handled;
  }
  return undefined;
};

/**
 * Throws when two handlers answer one command or query: @nestjs/cqrs would keep the last one
 * registered and only print a warning.
 */
export const assertOneHandlerPerCommand = (app: INestApplicationContext): void => {
  const handlers = new Map<Class, Set<object>>();
  for (const { providers } of app.get(ModulesContainer).values()) {
    for (const { instance, metatype } of providers.values()) {
      const handler: unknown = (instance as object | undefined)?.constructor ?? metatype;
      const handled = typeof handler === 'function' ? handledBy(handler) : undefined;
      if (handled)
        handlers.set(handled, (handlers.get(handled) ?? new Set()).add(handler as object));
    }
  }
  for (const [{ name }, found] of handlers) {
    if (found.size > 1) throw new Error(`${name} has ${found.size} handlers; it must have one.`);
  }
};
