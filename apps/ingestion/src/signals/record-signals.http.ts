import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  LineId,
  problems,
  RecordSignalsRequest,
  RecordSignalsResponse,
  SignalLine,
} from '@tact/contracts';
import {
  Answers,
  Audited,
  Describe,
  DisclosesNothing,
  errorsOfIssues,
  EventStore,
  Idempotent,
  ProblemError,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { type LineErrors, type Outcome, runLines } from './line-outcomes.ts';
import { SignalLines } from './signal-lines.ts';

/** Records observations of the CRM; each is judged on its own. */
export class RecordSignals extends Command<RecordSignalsResponse> {
  constructor(
    readonly tenantId: string,
    readonly items: readonly unknown[],
  ) {
    super();
  }
}

type Judged = { readonly id: string | undefined; readonly line: SignalLine | LineErrors };
type Result = RecordSignalsResponse['results'][number];

const judge = (item: unknown): Judged => {
  const parsed = SignalLine.safeParse(item);
  const id = LineId.safeParse((item as { id?: unknown } | null)?.id).data;
  return {
    id,
    line: parsed.success ? parsed.data : errorsOfIssues(parsed.error.issues, SignalLine),
  };
};

const isLine = (line: Judged['line']): line is SignalLine => !Array.isArray(line);

const resultOf = (id: string | undefined, outcome: Outcome | LineErrors): Result => {
  const named = id === undefined ? {} : { id };
  if (typeof outcome === 'string') return { ...named, status: 'accepted' };
  const { errors, slug = 'validation-failed' } =
    'errors' in outcome ? outcome : { errors: outcome, slug: undefined };
  const problem = { type: `/problems/${slug}`, title: problems[slug].title, errors: [...errors] };
  return { ...named, status: 'rejected', problem };
};

@CommandHandler(RecordSignals)
export class RecordSignalsHandler implements ICommandHandler<RecordSignals> {
  constructor(
    private readonly lines: SignalLines,
    private readonly store: EventStore,
  ) {}

  async execute({ tenantId, items }: RecordSignals): Promise<RecordSignalsResponse> {
    const judged = items.map(judge);
    const good = judged.map(({ line }) => line).filter(isLine);
    const outcomes =
      good.length === 0
        ? []
        : await runLines(this.store, (erased) =>
            this.lines.prepare({ tenantId, via: 'api' }, good, erased),
          );
    const reported = outcomes.values();
    const results = judged.map(({ id, line }) =>
      resultOf(id, isLine(line) ? (reported.next().value ?? 'applied') : line),
    );
    const accepted = results.filter(({ status }) => status === 'accepted').length;
    return { results, accepted, rejected: results.length - accepted };
  }
}

@Controller('v1/signals')
export class RecordSignalsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScope('signals:write')
  @Idempotent()
  @Audited(
    'SignalRecorded',
    'RefusalReceived',
    'ResumptionReceived',
    'ObjectionHeard',
    'IncidentOpened',
    'IncidentClosed',
  )
  @DisclosesNothing('It answers what became of each item that the caller sent.')
  @Describe({
    operationId: 'recordSignals',
    tag: 'Signals',
    summary: 'Records what was observed',
    description:
      'One observation, or a list. Answered once what is accepted is durable. A malformed item of a list spares the others; alone it is refused. `occurredAt` never lies in the future, and a baseline is earlier than it. An incident is opened once and closed when it is open.',
    refuses: ['unprocessable'],
  })
  @Answers(RecordSignalsResponse, {
    description: 'The result of each item, in the order of the request.',
  })
  async record(
    @Tenant() tenantId: string,
    @Body({ schema: RecordSignalsRequest }) request: RecordSignalsRequest,
  ) {
    const items = Array.isArray(request) ? request : [request];
    const answer = await this.commands.execute(new RecordSignals(tenantId, items));
    const [first] = answer.results;
    const problem = first?.problem;
    if (Array.isArray(request) || problem?.errors === undefined) return answer;
    const isWellFormed = problem.type === '/problems/unprocessable';
    const slug = isWellFormed ? 'unprocessable' : 'validation-failed';
    throw new ProblemError(slug, { errors: problem.errors });
  }
}
