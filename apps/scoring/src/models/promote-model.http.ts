import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ModelPromotion, ModelVersion, PromoteModelRequest } from '@tact/contracts';
import { assumedPriors } from '@tact/domain';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  Idempotent,
  ProblemError,
  RequireScope,
} from '@tact/platform';
import { Evaluation } from './evaluation.ts';
import { ModelRegistry, type ModelRow } from './model-registry.ts';
import { Reassessments } from '../rebuild/reassessments.ts';
import { Promotions, staleComparison } from './promotions.ts';

/** Lets another model assess the tenant's contacts. A person decides it; nothing in the platform does. */
export class PromoteModel extends Command<ModelPromotion> {
  constructor(
    readonly caller: CallerIdentity,
    readonly version: string,
    readonly request: PromoteModelRequest,
  ) {
    super();
  }
}

@CommandHandler(PromoteModel)
export class PromoteModelHandler implements ICommandHandler<PromoteModel> {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly evaluation: Evaluation,
    private readonly reassessments: Reassessments,
    private readonly promotions: Promotions,
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
    if (request.comparedWith !== live.version) throw staleComparison(live.version);
    const licence = await this.promotions.licence(caller, version, request);
    const compared = await this.#compare(tenantId, model, live);
    const { rebuildId } = await this.reassessments.beginAfter(() =>
      this.promotions.record(caller, version, { request, licence }),
    );
    return { version, comparedWith: live.version, ...compared, rebuildId };
  }

  /**
   * What the card of the promoted model shows, if it was judged beside the live one: the person decided on it. Else
   * anew, on the later of their windows, because neither of them has learned what it holds.
   */
  async #compare(tenantId: string, model: ModelRow, live: ModelRow) {
    if (model.report?.liveVersion === live.version) {
      const { window, heldOut, liveHeldOut } = model.report;
      return { window, promoted: heldOut, replaced: liveHeldOut };
    }
    const [window] = [model, live]
      .flatMap(({ report }) => (report ? [report.window] : []))
      .toSorted((one, other) => (one.splitAt > other.splitAt ? -1 : 1));
    if (!window) throw new Error(`neither ${model.version} nor ${live.version} has a window`);
    const [promoted, replaced] = await this.evaluation.compared(
      {
        tenantId,
        signal: new AbortController().signal,
        window: { splitAt: Date.parse(window.splitAt), until: Date.parse(window.until) },
      },
      [model.priors ?? assumedPriors, live.priors ?? assumedPriors],
    );
    return { window, promoted, replaced };
  }
}

const NamedVersion = ModelVersion.meta({ description: 'The version of a model of the tenant.' });

@Controller('v1/models')
export class PromoteModelController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':version/promote')
  @HttpCode(200)
  @RequireScope('models:write')
  @Idempotent()
  @Audited('ModelPromoted', 'ActionProposed')
  @Describe({
    operationId: 'promoteModel',
    tag: 'Models',
    summary: 'Promotes a model',
    description:
      'The decision of a person, to which a second one agrees where there are two (`/v1/proposals`): every contact is assessed anew by it. Refused when another model than the one compared with is live by now.',
    refuses: ['approval-missing', 'version-conflict', 'already-running', 'unprocessable'],
  })
  @Answers(ModelPromotion, {
    description: 'Both models on the same held-out people, and the rebuild that has begun.',
  })
  promote(
    @Caller() caller: CallerIdentity,
    @Param('version', { schema: NamedVersion }) version: string,
    @Body({ schema: PromoteModelRequest }) request: PromoteModelRequest,
  ): Promise<ModelPromotion> {
    return this.commands.execute(new PromoteModel(caller, version, request));
  }
}
