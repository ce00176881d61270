import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { actWords, type AuditEvent, AuditPage, AuditQuery } from '@tact/contracts';
import {
  Answers,
  Database,
  Describe,
  DisclosesList,
  pageOf,
  readCursor,
  RequireScope,
  SubjectErased,
  Tenant,
  Vault,
} from '@tact/platform';
import { z } from 'zod';
import { reasonPlace } from './audit-chain.ts';

const Place = z.tuple([z.int().positive()]);

type Row = {
  readonly seq: number;
  readonly actId: string;
  readonly at: Date;
  readonly act: string;
  readonly actor: string;
  readonly about: string | null;
  readonly subject: string | null;
  readonly reason: string | null;
  readonly changed: readonly string[] | null;
  readonly shown: number | null;
  readonly eventId: string;
  readonly source: string;
  readonly hash: string;
};

const moreOf = ({ changed, shown }: Pick<Row, 'changed' | 'shown'>) => ({
  ...(changed === null ? {} : { changed: [...changed] }),
  ...(shown === null ? {} : { shown }),
});

/** What was done in a tenant's name, latest first. */
export class ListAuditEvents extends Query<AuditPage> {
  constructor(
    readonly tenantId: string,
    readonly query: AuditQuery,
  ) {
    super();
  }
}

@QueryHandler(ListAuditEvents)
export class ListAuditEventsHandler implements IQueryHandler<ListAuditEvents> {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async execute({ tenantId, query }: ListAuditEvents): Promise<AuditPage> {
    const { limit, cursor, subject, actor, from, to } = query;
    const [before = null] = cursor === undefined ? [] : readCursor(cursor, Place);
    const rows = await this.database.queryable.query<Row>(
      `SELECT seq, act_id AS "actId", at, act, actor, about, subject, reason, changed, shown, event_id AS "eventId",
         event_source AS source, encode(hash, 'hex') AS hash
       FROM audit_entries WHERE tenant_id = $1 AND ($2::bigint IS NULL OR seq < $2)
         AND ($3::text IS NULL OR subject = $3) AND ($4::text IS NULL OR actor = $4)
         AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6)
       ORDER BY seq DESC LIMIT $7`,
      [tenantId, before, subject, actor, from, to, limit + 1].map((value) => value ?? null),
    );
    const { shown, next } = pageOf(rows, limit, (last) => [last.seq]);
    return AuditPage.parse({
      items: await Promise.all(shown.map((row) => this.#shown(tenantId, row))),
      ...next,
    });
  }

  async #shown(tenantId: string, row: Row): Promise<AuditEvent> {
    const { seq, at, act, actor, about, subject, eventId, source, hash, changed, shown } = row;
    const why = await this.#reasonOf(tenantId, row);
    return {
      seq,
      at: at.toISOString(),
      act,
      text: actWords(act),
      actor,
      ...(about === null ? {} : { about }),
      ...moreOf({ changed, shown }),
      ...(subject === null ? {} : { subject }),
      ...(why === undefined ? {} : { reason: why }),
      eventId,
      source,
      hash,
    };
  }

  async #reasonOf(tenantId: string, { actId, subject, reason }: Row): Promise<string | undefined> {
    if (subject === null || reason === null) return undefined;
    const person = { tenantId, subject };
    return await this.vault.texts
      .open(person, reason, reasonPlace(actId))
      .catch((error: unknown) => {
        // Erased a moment ago: the entry itself is blanked next.
        if (error instanceof SubjectErased) return undefined;
        throw error;
      });
  }
}

@Controller('v1/audit-events')
export class ListAuditEventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('audit:read')
  @DisclosesList('audit-events')
  @Describe({
    operationId: 'listAuditEvents',
    tag: 'Audit',
    summary: 'Lists what was done, latest first',
    description:
      'Each act within seconds. Of what concerns a person the hour is reported; once the person is erased, not whom it was about.',
  })
  @Answers(AuditPage, { description: 'A page of acts.' })
  list(
    @Tenant() tenantId: string,
    @QueryString({ schema: AuditQuery }) query: AuditQuery,
  ): Promise<AuditPage> {
    return this.queries.execute(new ListAuditEvents(tenantId, query));
  }
}
