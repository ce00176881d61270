import type { Type } from '@nestjs/common';
import type { ServiceName } from '@tact/contracts';
import type { EntitySchema } from 'typeorm';
import type { z } from 'zod';
import type { Migration } from '../postgres/migrations.ts';
import type { Store } from '../stores/store.ts';

/** What makes one service of the platform: the rest is the boot's. */
export type ServiceDefinition = {
  /** Also the name of its schema and the source of its events. */
  readonly name: ServiceName;
  readonly module: Type;
  /** The service's own; the platform's tables come first. */
  readonly migrations: readonly Migration[];
  /** Everything it keeps beside what every service keeps. */
  readonly stores: readonly Store[];
  /** Rows of read models that TypeORM reads and writes. */
  readonly entities?: readonly EntitySchema[];
  /** Settings beyond the platform's; injected as `ServiceConfig`. */
  readonly configSchema?: z.ZodType;
};
