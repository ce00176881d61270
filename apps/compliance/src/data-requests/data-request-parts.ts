import type { Provider } from '@nestjs/common';
import {
  provideConsumer,
  provideJobHandler,
  provideMailKind,
  provideProjection,
} from '@tact/platform';
import { AddressesOnFile } from '../addresses/addresses-on-file.ts';
import { FollowAddressesConsumer } from '../addresses/follow-addresses.consumer.ts';
import { FollowProofsConsumer } from '../addresses/follow-proofs.consumer.ts';
import {
  LiftRestrictionHandler,
  RestrictContactController,
  RestrictContactHandler,
} from '../restrictions/restrict-contact.http.ts';
import { FollowSplitsConsumer } from '../restrictions/follow-splits.consumer.ts';
import { Restrictions } from '../restrictions/restrictions.ts';
import { AddressProofs } from './address-proofs.ts';
import { AskCodeController, AskCodeHandler } from './ask-code.http.ts';
import { Claims } from './claims.ts';
import { DataRequestProjection } from './data-request.projection.ts';
import { DataRequests } from './data-requests.ts';
import { DecideOnRequestController, DecideOnRequestHandler } from './decide-on-request.http.ts';
import { DueAlerts } from './due-alerts.ts';
import {
  ExportRequestFileController,
  ExportRequestFileHandler,
} from './export-request-file.http.ts';
import { ForgetCodes } from './forget-codes.ts';
import { ImmediateRightsConsumer } from './immediate-rights.consumer.ts';
import { ListDataRequestsController, ListDataRequestsHandler } from './list-data-requests.http.ts';
import { OpenDataRequestController, ReceiveDataRequestHandler } from './open-data-request.http.ts';
import {
  ApproveRefusalHandler,
  ProposeRefusalHandler,
  RefuseDataRequestController,
} from './refuse-data-request.http.ts';
import { RefusingPeople } from './refusing-people.ts';
import { RequestCodes } from './request-codes.ts';
import { RequestedPeople } from './requested-people.ts';
import { RequestEffects } from './request-effects.ts';
import { CodeMails, LetterMails, RequestLetters } from './request-letters.ts';
import { RequestHistory } from './request-history.ts';
import { RequestNotices } from './request-notices.ts';
import { RequestProofs } from './request-proofs.ts';
import { ResolveRequest } from './resolve-request.ts';
import { StandingRequests } from './standing-requests.ts';
import { BeginWork, FindPersonWork, WatchDueWork } from './request-work.ts';
import { SendCodeWork } from './send-code.ts';
import { ShowDataRequestController, ShowDataRequestHandler } from './show-data-request.http.ts';
import { VerifyDataRequestController, VerifyRequestHandler } from './verify-data-request.http.ts';

export const dataRequestControllers = [
  OpenDataRequestController,
  ListDataRequestsController,
  ShowDataRequestController,
  AskCodeController,
  VerifyDataRequestController,
  DecideOnRequestController,
  RefuseDataRequestController,
  ExportRequestFileController,
  RestrictContactController,
];

/** What receives requests, proves who asks, keeps their dates and sees them through. */
export const dataRequestParts: readonly Provider[] = [
  AddressesOnFile,
  FollowAddressesConsumer,
  provideConsumer(FollowAddressesConsumer),
  FollowProofsConsumer,
  provideConsumer(FollowProofsConsumer),
  Restrictions,
  RestrictContactHandler,
  LiftRestrictionHandler,
  FollowSplitsConsumer,
  provideConsumer(FollowSplitsConsumer),
  Claims,
  DueAlerts,
  RequestNotices,
  RequestHistory,
  AddressProofs,
  RequestProofs,
  ResolveRequest,
  StandingRequests,
  RequestEffects,
  DataRequests,
  RequestedPeople,
  RequestCodes,
  RequestLetters,
  RefusingPeople,
  CodeMails,
  provideMailKind(CodeMails),
  LetterMails,
  provideMailKind(LetterMails),
  FindPersonWork,
  provideJobHandler(FindPersonWork),
  BeginWork,
  provideJobHandler(BeginWork),
  WatchDueWork,
  provideJobHandler(WatchDueWork),
  SendCodeWork,
  provideJobHandler(SendCodeWork),
  ForgetCodes,
  provideJobHandler(ForgetCodes),
  ImmediateRightsConsumer,
  provideConsumer(ImmediateRightsConsumer),
  ReceiveDataRequestHandler,
  ListDataRequestsHandler,
  ShowDataRequestHandler,
  AskCodeHandler,
  VerifyRequestHandler,
  DecideOnRequestHandler,
  ProposeRefusalHandler,
  ApproveRefusalHandler,
  ExportRequestFileHandler,
  DataRequestProjection,
  provideProjection(DataRequestProjection),
];
