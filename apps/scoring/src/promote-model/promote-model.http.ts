import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ModelPromotion, ModelVersion, PromoteModelRequest } from '@tact/contracts';
import { assumedPriors } from '@tact/domain';
import {
  Answers,
  type ApiKeyIdentity,
  Caller,
  Clock,
  EventStore,
  Idempotent,
  ProblemError,
  RequireScope,
} from '@tact/platform';
import { Judgements } from '../judgements.ts';
import { ModelRegistry, type ModelRow } from '../model-registry.ts';
import { Reassessments } from '../reassessments.ts';

/** Lets another model assess the tenant's contacts. A person decides it; nothing in the platform does. */
export class PromoteModel extends Command<ModelPromotion> {
  constructor(
    readonly caller: ApiKeyIdentity,
    readonly version: string,
    readonly request: PromoteModelRequest,
  ) {
    super();
  }
}

const conflict = (live: string): ProblemError =>
  new ProblemError('version-conflict', {
    detail: `The live model is ${live}: compare with it, and decide again.`,
  });

@CommandHandler(PromoteModel)
export class PromoteModelHandler implements ICommandHandler<PromoteModel> {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly judgements: Judgements,
    private readonly reassessments: Reassessments,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, version, request }: PromoteModel): Promise<ModelPromotion> {
    const { tenantId } = caller;
    const [model, live] = await Promise.all([
      this.registry.find(tenantId, version),
      this.registry.live(tenantId),
    ]);
    if (!model) throw new ProblemError('not-found');
    if (model.state !== 'candidate' && model.state !== 'retired') {
      const detail = `It is ${model.state}: a candidate or a retired model can be promoted.`;
      throw new ProblemError('unprocessable', { detail });
    }
    if (request.comparedWith !== live.version) throw conflict(live.version);
    const compared = await this.compare(tenantId, model, live);
    const { rebuildId } = await this.reassessments.beginAfter(() =>
      this.promote(caller, version, request),
    );
    return { version, comparedWith: live.version, ...compared, rebuildId };
  }

  /** On the later of their windows: what both are judged by, neither of them has learned. */
  private async compare(tenantId: string, model: ModelRow, live: ModelRow) {
    const [window] = [model, live]
      .flatMap(({ report }) => (report ? [report.window] : []))
      .toSorted((one, other) => (one.splitAt > other.splitAt ? -1 : 1));
    if (!window) throw new Error(`neither ${model.version} nor ${live.version} has a window`);
    const [promoted, replaced] = await this.judgements.compared(
      {
        ...{ tenantId, signal: new AbortController().signal },
        window: { splitAt: Date.parse(window.splitAt), until: Date.parse(window.until) },
      },
      [model.priors ?? assumedPriors, live.priors ?? assumedPriors],
    );
    return { window, promoted, replaced };
  }

  private async promote(
    { tenantId, keyId }: ApiKeyIdentity,
    version: string,
    { reason, comparedWith }: PromoteModelRequest,
  ): Promise<void> {
    const at = this.clock.now();
    await this.store.transaction(async (tx) => {
      const change = { version, replaces: comparedWith, at };
      if (!(await this.registry.promote(tx, tenantId, change))) {
        throw conflict((await this.registry.live(tenantId)).version);
      }
      const data = { tenantId, version, comparedWith, by: keyId, reason, at: at.toISOString() };
      await this.store.appendIn(tx, [
        {
          ...{ stream: `models-${tenantId}`, expected: 'any' as const },
          events: [{ type: 'ModelPromoted', data }],
          context: { tenantId, subject: tenantId },
        },
      ]);
    });
  }
}

@Controller('v1/models')
export class PromoteModelController {
  constructor(private readonly commands: CommandBus) {}

  /**
   * `POST /v1/models/{version}/promote` with scope `admin`: 200 with both models on the same held-out people, and
   * the rebuild that has begun. 409 when another model than the one compared with is live.
   */
  @Post(':version/promote')
  @HttpCode(200)
  @RequireScope('admin')
  @Idempotent()
  @Answers(ModelPromotion)
  promote(
    @Caller() caller: ApiKeyIdentity,
    @Param('version', { schema: ModelVersion }) version: string,
    @Body({ schema: PromoteModelRequest }) request: PromoteModelRequest,
  ): Promise<ModelPromotion> {
    return this.commands.execute(new PromoteModel(caller, version, request));
  }
}
