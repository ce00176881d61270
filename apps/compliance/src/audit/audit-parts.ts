import type { Provider } from '@nestjs/common';
import { provideConsumer, provideJobHandler } from '@tact/platform';
import { AuditChain } from './audit-chain.ts';
import { AuditConsumer } from './audit.consumer.ts';
import { ListAuditEventsHandler } from './list-audit-events.http.ts';
import { MachineActs } from './machine-acts.ts';
import { KnownHead } from './known-head.ts';
import { SignedHeads } from './signed-heads.ts';

/** What chains acts, signs chains and lists them. */
export const auditParts: readonly Provider[] = [
  AuditChain,
  AuditConsumer,
  provideConsumer(AuditConsumer),
  KnownHead,
  SignedHeads,
  provideJobHandler(SignedHeads),
  ListAuditEventsHandler,
  MachineActs,
];
