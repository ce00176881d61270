import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Leaving, KeptStops } from './kept-stops.ts';
import { TellStop } from './tell-stop.ts';

/** The person followed the way out: one event, however often it is sent. */
export class Leave extends Command<void> {
  constructor(readonly leaving: Leaving) {
    super();
  }
}

/**
 * Who reads the address that a link was sent to may not be the contact any more. Both readings are heeded, because a stop
 * takes nothing from anybody: the contact gets no more of these messages, and the address gets none of them by mail, whoever
 * has it now or is registered with it later. All of it is written down in one transaction, the address and whom to tell;
 * the contact that the link was meant for is told before it is answered, the others right after.
 */
@CommandHandler(Leave)
export class LeaveHandler implements ICommandHandler<Leave> {
  constructor(
    private readonly stops: KeptStops,
    private readonly telling: TellStop,
  ) {}

  async execute({ leaving }: Leave): Promise<void> {
    await this.telling.tell(await this.stops.keep(leaving));
  }
}
