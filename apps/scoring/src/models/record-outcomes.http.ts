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
  Clock,
  Describe,
  errorsOfIssues,
  notAfter,
  Idempotent,
  liesAhead,
  RequireScope,
  SubjectErased,
  Tenant,
  Vault,
} from '@tact/platform';
import { TrainingExclusions } from '../exclusions/training-exclusions.ts';
import { Outcomes, type RecordedOutcome } from './outcomes.ts';

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

const judge = (item: unknown, now: Date): OutcomeLine | Errors => {
  const { data, error } = OutcomeLine.safeParse(item);
  if (data === undefined) return errorsOfIssues(error.issues, OutcomeLine);
  if (liesAhead(now, data.at)) return [{ pointer: '/at', message: 'Lies in the future.' }];
  return { ...data, at: notAfter(now, data.at) };
};

const isLine = (judged: OutcomeLine | Errors): judged is OutcomeLine => !Array.isArray(judged);

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
    private readonly exclusions: TrainingExclusions,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, items }: RecordOutcomes): Promise<RecordOutcomesResponse> {
    const now = this.clock.now();
    const judged = items.map((item) => judge(item, now));
    const results = items.map((item, nth) => resultOf(item, judged[nth] ?? []));
    await this.#keep(tenantId, judged.filter(isLine));
    const accepted = results.filter(({ status }) => status === 'accepted').length;
    return { results, accepted, rejected: results.length - accepted };
  }

  /** Nothing is kept of a stranger, of who objected, and of who is erased, also while this runs. */
  async #keep(tenantId: string, lines: readonly OutcomeLine[]): Promise<void> {
    const asked = [...new Set(lines.map(({ contactId }) => contactId))];
    const known = await this.vault.knownAmong(tenantId, asked);
    const silent = await this.exclusions.among(tenantId, asked);
    const outcomes = lines
      .filter(({ contactId }) => known.has(contactId) && !silent.has(contactId))
      .map((line): RecordedOutcome => {
        const { id, ...data } = line;
        return { eventId: this.vault.factId(tenantId, 'outcome', id), data };
      });
    // Within one call the first line of an id stands, as it would in two calls.
    const once = [...new Map(outcomes.toReversed().map((one) => [one.eventId, one])).values()];
    await this.outcomes.record(tenantId, once).catch(async (error: unknown) => {
      if (!(error instanceof SubjectErased)) throw error;
      const erased = new Set(error.subjects);
      await this.outcomes.record(
        tenantId,
        once.filter(({ data }) => !erased.has(data.contactId)),
      );
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
