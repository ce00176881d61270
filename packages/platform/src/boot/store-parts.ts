import { StoreDeclarations } from '../http/operations/store-declarations.ts';
import type { Part } from './platform.module.ts';
import { RegisteredStores } from './registered-stores.ts';
import type { ServiceDefinition } from './service-definition.ts';

/** What a service keeps: for who erases and reads it, and for who asks. */
export const storePartsOf = (definition: ServiceDefinition): readonly Part[] => {
  const registered = new RegisteredStores(definition);
  return [
    { provide: RegisteredStores, useValue: registered },
    { provide: StoreDeclarations, useValue: new StoreDeclarations(registered.list()) },
  ];
};
