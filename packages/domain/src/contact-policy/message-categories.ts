import type { MessageCategory } from '@tact/contracts';

/** Whether messages of a category use the pressure cap up: those a person needs do not. */
export const messageCategories: Readonly<Record<MessageCategory, { readonly usesCap: boolean }>> = {
  marketing: { usesCap: true },
  utility: { usesCap: false },
  authentication: { usesCap: false },
  service: { usesCap: false },
};
