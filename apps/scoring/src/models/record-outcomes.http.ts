import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  LineId,
  OutcomeLine,
  problems,
  RecordOutcomesRequest,
  RecordOutcomesResponse,
} from '@tact/contracts';
import {
  Answers,
  Audited,
  Clock,
  Describe,
  DisclosesNothing,
  errorsOfIssues,
  Idempotent,
  liesAhead,
  NamedContacts,
  notAfter,
  RequireScope,
  SubjectErased,
  Tenant,
} from '@tact/platform';
import { OutcomeOwners } from './outcome-owners.ts';
import { Outcomes } from './outcomes.ts';

/** Records what people told the business was behind a silence; each item is judged on its own. */
export class RecordOutcomes extends Command<RecordOutcomesResponse> {
  constructor(
    readonly tenantId: string,
    readonly items: readonly unknown[],
  ) {
    super();
  }
}

type Errors = readonly { readonly pointer: string; readonly message: string }[];
type Result = RecordOutcomesResponse['results'][number];

const isLine = (judged: OutcomeLine | Errors): judged is OutcomeLine => !Array.isArray(judged);

/** As far as it can be judged by itself. */
const lineOf = (item: unknown, now: Date): OutcomeLine | Errors => {
  const { data, error } = OutcomeLine.safeParse(item);
  if (data === undefined) return errorsOfIssues(error.issues, OutcomeLine);
  if (liesAhead(now, data.at)) return [{ pointer: '/at', message: 'Lies in the future.' }];
  return { ...data, at: notAfter(now, data.at) };
};

const resultOf = (item: unknown, judged: OutcomeLine | Errors): Result => {
  const id = LineId.safeParse((item as { id?: unknown } | null)?.id).data;
  const named = id === undefined ? {} : { id };
  if (isLine(judged)) return { ...named, status: 'accepted' };
  const { title } = problems['validation-failed'];
  const problem = { type: '/problems/validation-failed', title, errors: [...judged] };
  return { ...named, status: 'rejected', problem };
};

@CommandHandler(RecordOutcomes)
export class RecordOutcomesHandler implements ICommandHandler<RecordOutcomes> {
  constructor(
    private readonly outcomes: Outcomes,
    private readonly owners: OutcomeOwners,
    private readonly contacts: NamedContacts,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, items }: RecordOutcomes): Promise<RecordOutcomesResponse> {
    const now = this.clock.now();
    const read = items.map((item) => lineOf(item, now));
    const refused = await this.contacts.refusalsOf(tenantId, read.filter(isLine));
    const refusals = refused.values();
    const judged = read.map((one): OutcomeLine | Errors => {
      const why = isLine(one) ? refusals.next().value : undefined;
      return why ? [{ pointer: `/contact/${why.kind}`, message: why.message }] : one;
    });
    const results = items.map((item, nth) => resultOf(item, judged[nth] ?? []));
    await this.#keep(tenantId, judged.filter(isLine));
    const accepted = results.filter(({ status }) => status === 'accepted').length;
    return { results, accepted, rejected: results.length - accepted };
  }

  /** Nothing is kept of who is erased while this runs either. */
  async #keep(tenantId: string, lines: readonly OutcomeLine[]): Promise<void> {
    const outcomes = await this.owners.outcomesOf(tenantId, lines);
    await this.outcomes.record(tenantId, outcomes).catch(async (error: unknown) => {
      if (!(error instanceof SubjectErased)) throw error;
      const erased = new Set(error.subjects);
      const living = outcomes.filter(({ data }) => !erased.has(data.contactId));
      await this.outcomes.record(tenantId, living);
    });
  }
}

@Controller('v1/outcomes')
export class RecordOutcomesController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScope('signals:write')
  @Idempotent()
  @Audited('OutcomeRecorded')
  @DisclosesNothing('It answers what became of each item that the caller sent.')
  @Describe({
    operationId: 'recordOutcomes',
    tag: 'Signals',
    summary: 'Records what became known afterwards',
    description: 'Answered once what is accepted is durable. A malformed item spares the others.',
  })
  @Answers(RecordOutcomesResponse, {
    description: 'The result of each item, in the order of the request.',
  })
  record(
    @Tenant() tenantId: string,
    @Body({ schema: RecordOutcomesRequest }) items: RecordOutcomesRequest,
  ): Promise<RecordOutcomesResponse> {
    return this.commands.execute(new RecordOutcomes(tenantId, items));
  }
}
