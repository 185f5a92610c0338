// Written by "npm run docs" from docs/generated/openapi.json.
import { type Client, type Options, request } from '../request.ts';

export interface AccountCredit {
  items: Array<{ currency: Currency; credit: Amount }>;
}

/** The account in the Super SIM API. */
export type AccountSid = string;

export interface AccountTax {
  account: string;
  /** Why VAT is asked for or not (UNCL5305, EN 16931): S standard, Z zero rated, E exempt, AE reverse charge, K inside the EU, G export, O outside the scope. */ category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O";
  percent: string;
  reason: string;
  /** Whose rate that is; null: nobody has set one. */ from: string | null;
  number: { country: string; number: string; /** Null: not checked. */ valid: boolean | null; checkedAt: Timestamp | null; checkedHow: "vies" | "manual" | null; checkedBy: string | null; reference: string } | null;
  /** At VIES, the newest first. */ checks: Array<{ number: string; /** by_hand: VIES could not tell, and somebody has to find out. */ state: "waiting" | "answered" | "by_hand"; attempts: number; nextAttemptAt: Timestamp | null; /** What VIES said last instead of an answer. */ problem: string | null; valid: boolean | null; /** The consultation number, which proves the check. */ requestId: string; name: string; address: string; askedAt: Timestamp; askedBy: string; settledAt: Timestamp | null }>;
  /** Set for this very account, the latest first. */ rates: Array<{ validFrom: string; category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O" | null; percent: string | null; reason: string; setAt: Timestamp; setBy: string }>;
}

export interface Accounting {
  connection: AccountingConnection | null;
  /** What the app at Xero has as its redirect URI. */ returnUrl: string;
  /** A thousand of each are counted at most. */ counts: { waiting: number; done: number; failed: number; skipped: number };
}

export interface AccountingConnection {
  id: AccountingConnectionId;
  kind: "xero";
  /** asked: somebody is on the way there. choosing: there are several books. broken: it does not let us in any more. leaving: it is being given back. */ state: "asked" | "choosing" | "connected" | "broken" | "leaving" | "gone";
  clientId: string;
  books: Array<{ id: string; name: string }>;
  book: { id: string; name: string } | null;
  /** Accounts and taxes of the books, as read last. */ chart: { accounts: Array<{ code: string; name: string; type: string; takesPayments: boolean }>; taxes: Array<{ type: string; name: string; percent: string }> } | null;
  chartAt: Timestamp | null;
  /** They are being read. */ chartDue: boolean;
  /** What somebody brought back is being exchanged. */ exchanging: boolean;
  pushFrom: string | null;
  pausedUntil: Timestamp | null;
  problem: string | null;
  createdAt: Timestamp;
  createdBy: string;
  connectedAt: Timestamp | null;
}

/** Id of the accounting connection. */
export type AccountingConnectionId = string;

export interface AccountingConsent {
  connection: AccountingConnection;
  consentUrl: string;
}

export interface AccountingContact {
  company: CompanyId;
  contact: string | null;
  /** By staff: what it says there is left alone. */ chosen: boolean;
}

export interface AccountingDocument {
  document: InvoiceId;
  kind: "invoice" | "credit_note";
  number: string;
  company: CompanyId;
  companyName: string;
  vatNumber: string | null;
  country: string | null;
  issuedOn: string;
  dueOn: string | null;
  currency: Currency;
  category: string;
  percent: string;
  net: Amount;
  vat: Amount;
  gross: Amount;
  /** The code of the account that the gross amount stands on. */ receivable: string;
  /** By kind of item. Those of a credit note are below zero. */ lines: Array<{ kind: string; words: string; items: number; account: string; taxType: string; net: Amount; vat: Amount }>;
}

export interface AccountingDocumentPage {
  items: Array<AccountingDocument>;
  nextCursor: string | null;
}

export interface AccountingJournal {
  items: Array<{ /** Lines of one number balance. */ entry: number; day: string; words: string; account: string; code: string; currency: Currency; debit: Amount; credit: Amount; /** The amount before it was rounded. */ exact: string }>;
  nextCursor: null;
}

export interface AccountingMapping {
  /** Accounts of revenue by kind of item; “other” for those that are not named. */ items: { /** The code of an account in the books. */ recurring?: string; /** The code of an account in the books. */ activation?: string; /** The code of an account in the books. */ usage?: string; /** The code of an account in the books. */ overage?: string; /** The code of an account in the books. */ sms?: string; /** The code of an account in the books. */ voice?: string; /** The code of an account in the books. */ pool_fee?: string; /** The code of an account in the books. */ pool_overage?: string; /** The code of an account in the books. */ adjustment?: string; /** The code of an account in the books. */ credit?: string; /** The code of an account in the books. */ line?: string; /** The code of an account in the books. */ discount?: string; /** The code of an account in the books. */ other?: string };
  /** What the books call a tax of ours. */ taxes: Array<{ category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O"; percent: string; taxType: string }>;
  /** Accounts that money comes to, by how it was paid. */ payments: { /** The code of an account in the books. */ card?: string; /** The code of an account in the books. */ manual?: string; /** The code of an account in the books. */ wallet?: string; /** The code of an account in the books. */ company_wallet?: string; /** The code of an account in the books. */ other?: string };
  /** Accounts of our ledger, for the journal. */ ledger: { /** The code of an account in the books. */ unbilled?: string; /** The code of an account in the books. */ deferred?: string; /** The code of an account in the books. */ receivable?: string; /** The code of an account in the books. */ wallet?: string; /** The code of an account in the books. */ grant?: string; /** The code of an account in the books. */ usage_revenue?: string; /** The code of an account in the books. */ fee_revenue?: string; /** The code of an account in the books. */ refill_revenue?: string; /** The code of an account in the books. */ other_revenue?: string; /** The code of an account in the books. */ clearing?: string; /** The code of an account in the books. */ dispute?: string; /** The code of an account in the books. */ vat?: string; /** The code of an account in the books. */ rounding?: string };
  /** draft: somebody looks at documents there first; payments wait for that. authorised: they are in the books. */ documents: "draft" | "authorised";
}

export interface AccountingPush {
  id: AccountingPushId;
  /** application: a credit note pays its invoice. removal: a payment that does not any more. */ kind: "invoice" | "credit_note" | "application" | "payment" | "removal";
  document: InvoiceId;
  number: string;
  company: string;
  companyName: string;
  amount: Amount;
  currency: Currency;
  state: "waiting" | "done" | "failed" | "skipped";
  attempts: number;
  nextAttemptAt: Timestamp | null;
  code: string | null;
  problem: string | null;
  /** What it is called there. */ remoteId: string | null;
  remoteState: string | null;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
}

/** Id of the accounting push. */
export type AccountingPushId = string;

export interface AccountingPushPage {
  items: Array<AccountingPush>;
  nextCursor: string | null;
}

export interface AccountingRetried {
  retried: number;
}

export interface AddPoolMembers {
  sims?: Array<SimId>;
  iccids?: Array<string>;
  /** What they are put on: a plan of the pool’s type and currency. */ plan: PlanId;
  /** A running period of a SIM is cut now, or kept to its end. */ effective?: "now" | "next_period";
}

export interface AddSims {
  telecom: TelecomId;
  sims: Array<{ iccid: string; imsi?: string; msisdn?: string; eid?: string; activationCode?: string; form?: string; note?: string; labels?: Array<string>; registrationCode?: string }>;
}

export interface Adjustment {
  id: AdjustmentId;
  kind: "plan_change" | "contribution" | "rerating" | "manual";
  sim: { id: SimId; iccid: string } | null;
  /** Of a month of this pool. */ poolId: PoolId | null;
  /** The period that it stands beside. */ periodId: PeriodId | null;
  payerId: LedgerAccountId;
  /** Below zero: a credit. */ amount: Amount;
  currency: Currency;
  /** What it corrects. */ revenue: "usage" | "fee";
  reason: string;
  detail: Record<string, unknown>;
  /** Of its transfer in the ledger. */ transferKey: string;
  at: Timestamp;
  by: string;
}

/** Id of the adjustment. */
export type AdjustmentId = string;

export interface AdjustmentPage {
  items: Array<Adjustment>;
  nextCursor: string | null;
}

export interface AdvanceClock {
  advance: { months?: number; days?: number; hours?: number };
}

export interface Allocate {
  invoice: InvoiceId;
  /** As much as fits, unless given. */ amount?: Amount;
  reason?: string;
}

export interface Allocation {
  id: AllocationId;
  /** The payment that it is of, where it is of one. */ payment: PaymentId | null;
  /** The credit note that it is of, where it is of one: of a bill below zero. */ creditNote: { id: InvoiceId; number: string } | null;
  invoice: InvoiceId;
  invoiceNumber: string;
  /** Below zero: it takes another one back. */ amount: Amount;
  currency: Currency;
  undoes: AllocationId | null;
  reason: string;
  at: Timestamp;
  madeBy: string;
}

/** Id of the allocation. */
export type AllocationId = string;

export interface AllocationPage {
  items: Array<Allocation>;
  nextCursor: string | null;
}

/** An amount in major units of the currency named beside it, as a decimal string. */
export type Amount = string;

export interface AnswerAccounting {
  state: string;
  code?: string;
  error?: string;
}

export interface ApiKey {
  id: ApiKeyId;
  name: string;
  permissions: Array<PermissionName>;
  /** Null: a key of the organization. */ companyId: CompanyId | null;
  /** The key in the Super SIM API (SK…). */ sid: string;
  createdAt: Timestamp;
  createdBy: string;
  lastUsedAt: Timestamp | null;
  revokedAt: Timestamp | null;
}

/** Id of the api key. */
export type ApiKeyId = string;

export interface ApiKeyPage {
  items: Array<ApiKey>;
  nextCursor: string | null;
}

export interface ApprovePreBill {
  /** The version that was seen: another one is refused. */ version?: number;
  /** What becomes of usage that arrived since it was collected: its sum is accepted, or told in a refusal. */ late?: "accept" | "refuse";
}

export interface AskForLink {
  email: Email;
  language?: "en" | "de";
}

export interface AskWalletAdjustment {
  /** Money in, money out, or money given: that is spent first and may expire. */ kind: "credit" | "debit" | "grant";
  amount: Amount;
  reason: string;
  expiresAt?: Timestamp | null;
  priority?: number;
}

export interface AssignPlan {
  plan: PlanId;
  /** For plans that share one. */ pool?: PoolId | null;
  /** A running period is cut now, or kept to its end. A line without one changes at once. */ effective?: "now" | "next_period";
}

export interface AuditEntry {
  id: AuditId;
  at: Timestamp;
  actor: { kind: string; id: string; name: string };
  fromAddress: string | null;
  requestId: string | null;
  action: string;
  object: { type: string; id: string };
  changes: Array<{ field: string; /** Any JSON value. */ old?: unknown; /** Any JSON value. */ new?: unknown }>;
}

/** Id of the audit. */
export type AuditId = string;

export interface AuditPage {
  items: Array<AuditEntry>;
  nextCursor: string | null;
}

export interface AutoRefill {
  id: AutoRefillId;
  /** suspended: payers refused five times in a row; it is resumed by hand, or when another card is stored. */ state: "on" | "suspended" | "off";
  sim: SimId | null;
  iccid: string | null;
  wallet: WalletId | null;
  /** Id of the account that holds it. */ owner: string;
  ownerName: string;
  belowBytes: Bytes | null;
  refill: string | null;
  below: Amount | null;
  amount: Amount | null;
  upTo: Amount | null;
  currency: Currency;
  /** Who pays, in this order the first that can: the card or wallet of who holds it, or of the company they are of. A wallet is paid for by cards. */ payers: Array<"own_card" | "company_card" | "own_wallet" | "company_wallet">;
  cooldownMinutes: number;
  dailyCap: Amount | null;
  monthlyCap: Amount | null;
  /** What the last look found in the way of a charge; null: nothing, or nobody has looked yet. */ reason: "enough" | "pending" | "in_flight" | "action_needed" | "cooldown" | "too_often" | "daily_cap" | "monthly_cap" | "backing_off" | "nobody_can" | "not_prepaid" | "no_option" | "not_in_use" | "other_hands" | "refused" | null;
  lookedAt: Timestamp | null;
  setAt: Timestamp;
  setBy: string;
}

export interface AutoRefillAttempt {
  id: AutoRefillAttemptId;
  /** none: there should have been a refill, and message says why there was none. */ state: "none" | "open" | "action_needed" | "succeeded" | "failed";
  /** What was there: bytes of a SIM, an amount of a wallet. */ had: string;
  payer: "own_card" | "company_card" | "own_wallet" | "company_wallet" | null;
  payment: PaymentId | null;
  times: number | null;
  gross: Amount;
  currency: Currency;
  reason: string | null;
  message: string | null;
  /** Where its payer has something to do. */ actionUrl: string | null;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
}

/** Id of the auto refill attempt. */
export type AutoRefillAttemptId = string;

export interface AutoRefillAttemptPage {
  items: Array<AutoRefillAttempt>;
  nextCursor: string | null;
}

/** Id of the auto refill. */
export type AutoRefillId = string;

export interface AutoRefillPage {
  items: Array<AutoRefill>;
  nextCursor: string | null;
}

export interface AutoRefillWhy {
  reason: string;
  /** Why it does what it does, or does not, at this moment. */ text: string;
  /** When that changes by itself. */ until: Timestamp | null;
}

/** Id of the batch. */
export type BatchId = string;

export interface BeginBillRun {
  month: string;
  /** cycle: a month that is over. pre_billing, advanced_billing: fixed fees of a month to come, or just begun. */ kind?: "cycle" | "pre_billing" | "advanced_billing";
}

export interface BeginPlanAssignment {
  /** Null: their plan ends. */ plan: PlanId | null;
  /** For plans that share one. */ pool?: PoolId | null;
  /** A running period is cut now, or kept to its end. A line without one changes at once. */ effective: "now" | "next_period";
  /** Ids or ICCIDs. */ sims?: Array<string>;
  /** Instead of sims: all that match, as the list of SIMs. */ filter?: SimFilter;
  /** Only look at each SIM; `start` does what can be done. With false it goes on by itself. */ dryRun?: boolean;
  /** What people call it. */ name?: string;
}

export interface BillItem {
  position: number;
  origin: "collected" | "staff";
  kind: "recurring" | "activation" | "usage" | "overage" | "sms" | "voice" | "pool_fee" | "pool_overage" | "adjustment" | "credit" | "line" | "discount";
  sim: SimId | null;
  pool: PoolId | null;
  /** ICCID, or the name of the pool. */ label: string;
  /** The plan; or what staff call it. */ detail: string;
  quantity: string;
  unitPrice: Amount;
  /** Before it was rounded. */ exact: Amount;
  net: Amount;
}

export interface BillItemPage {
  items: Array<BillItem>;
  nextCursor: string | null;
}

export interface BillPreview {
  company: CompanyId;
  bills: Array<{ currency: Currency; /** What would be on a bill that somebody asked for now. */ open: Array<{ kind: "recurring" | "activation" | "usage" | "overage" | "sms" | "voice" | "pool_fee" | "pool_overage" | "adjustment" | "credit" | "line" | "discount"; things: Count; amount: Amount }>; net: Amount; /** What running periods have come to: billed when they end. */ running: Array<{ kind: "recurring" | "activation" | "usage" | "overage" | "sms" | "voice" | "pool_fee" | "pool_overage" | "adjustment" | "credit" | "line" | "discount"; things: Count; amount: Amount }> }>;
}

export interface BillSeries {
  kind: "pre_bill" | "invoice" | "credit_note";
  /** {year} stands for the year of issue. */ prefix: string;
  digits: number;
  /** The number that comes next. */ next: string;
}

export interface BillSeriesList {
  items: Array<BillSeries>;
}

export interface BilledUsage {
  sim: SimId | null;
  pool: PoolId | null;
  /** ICCID, or the name of the pool. */ label: string;
  plan: string;
  /** Of the period; null: none ended in the days of the bill. */ from: Timestamp | null;
  until: Timestamp | null;
  usedBytes: NetBytes;
  includedBytes: Bytes | null;
  overageBytes: Bytes;
  /** What that usage costs. */ charge: Amount;
  /** All of it on this bill: fees, usage, adjustments. */ billed: Amount;
}

export interface BilledUsagePage {
  items: Array<BilledUsage>;
  nextCursor: string | null;
}

export interface BillingDetails {
  account: string;
  name: string;
  /** As registered, where that differs from its name. */ legalName: string | null;
  street: string | null;
  street2: string | null;
  city: string | null;
  postalCode: string | null;
  region: string | null;
  countryCode: string | null;
  /** Its number in a trade register. */ registration: string | null;
  /** Where bills go. */ email: Email | null;
  /** Where electronic bills go: a scheme of the Peppol list (EAS) and an id in it. */ endpoint: { scheme: string; id: string } | null;
  /** What it asked to read on its bills (EN 16931 BT-10). */ buyerReference: string | null;
  /** Of its bills; null: that of the account above it. */ language: "en" | "de" | null;
  /** As its VAT settings have it. */ vatNumber: string | null;
  /** The language that its bills are written in. */ writtenIn: "en" | "de";
}

export interface BillingPeriod {
  id: PeriodId;
  /** Usage in a ready period is free. */ kind: "ready" | "active";
  state: "open" | "closed";
  startsAt: Timestamp;
  /** Half-open. Null: waits for the first usage. */ endsAt: Timestamp | null;
  planName: string;
  planVersion: number;
  usedBytes: NetBytes;
  /** Used in it at another vendor, who was paid for it, before the SIM came here. It counts for the data limit. */ takenOverBytes: NetBytes | null;
  allowanceBytes: NetBytes | null;
  leftBytes: NetBytes | null;
  /** Charged ones; free in a ready period, and not counted there. */ messages: NetCount;
  /** Of calls, likewise. */ seconds: NetCount;
  /** Of usage. */ charge: Amount;
  fees: Array<{ id: FeeId; kind: "recurring" | "activation"; amount: Amount; at: Timestamp; /** Null: the whole fee. */ proratedDays: number | null; wholeDays: number | null }>;
  /** Posted beside it: corrections, credits. */ adjusted: Amount;
  /** Fees, usage and what was adjusted. */ total: Amount;
  currency: Currency;
}

export interface BillingPeriodPage {
  items: Array<BillingPeriod>;
  nextCursor: string | null;
}

export interface BillingSettings {
  account: string;
  /** Over those of all plans; null: as the plan of each SIM says. */ paymentType: "pre_billing" | "advanced_billing" | "post_billing" | "manual" | null;
  /** Pre-Billing: days before its month that it is billed. */ preDays: number;
  approval: "manual" | "automatic";
  /** Days that the run of a month waits for late usage. */ graceDays: number;
  /** Days from the issue of an invoice until it is due. */ termsDays: number;
  /** What this account has said itself; null: what applies to all. */ own: { /** Over those of all plans; null: as the plan of each SIM says. */ paymentType: "pre_billing" | "advanced_billing" | "post_billing" | "manual" | null; preDays: number | null; approval: "manual" | "automatic" | null; graceDays: number | null; termsDays: number | null };
}

export interface Block {
  id: BlockId;
  reason: "data_limit" | "balance" | "validity" | "fee_unpaid" | "imei" | "rule" | "manual";
  detail: Record<string, unknown>;
  openedAt: Timestamp;
  openedBy: string;
  liftedAt: Timestamp | null;
  liftedBy: string | null;
}

/** Id of the block. */
export type BlockId = string;

export interface BlockPage {
  items: Array<Block>;
  nextCursor: string | null;
}

export interface BlockSim {
  reason: "manual";
  note?: string;
}

export interface BulkResult {
  results: Array<{ id: SimId; outcome: "done" | "refused"; code: string | null; message: string | null }>;
}

/** A whole number of bytes, as a decimal string. */
export type Bytes = string;

export interface CaptureHold {
  /** All that is held of it, unless given; the rest stays held. */ amount?: Amount;
  /** That of the hold, unless given. */ reason?: string;
}

export interface CarrierCosts {
  currency: Currency;
  items: Array<{ from: string; perMb: Price; perLine: Amount; setAt: Timestamp; setBy: string }>;
}

export interface CarrierOperation {
  id: CarrierOperationId;
  simId: SimId;
  telecomId: TelecomId;
  kind: "set_state" | "disconnect";
  want: "active" | "inactive" | null;
  cause: "lifecycle" | "block" | "drift";
  state: "outstanding" | "done" | "failed" | "replaced";
  attempts: number;
  carrierReference: string | null;
  lastAnswer: string | null;
  requestedAt: Timestamp;
  askedAt: Timestamp | null;
  nextAttemptAt: Timestamp;
  endedAt: Timestamp | null;
}

/** Id of the carrier operation. */
export type CarrierOperationId = string;

export interface CarrierOperationPage {
  items: Array<CarrierOperation>;
  nextCursor: string | null;
}

export interface ChangeAccounting {
  /** Which of the books that we were let into. */ book?: string;
  /** Documents issued from this day on are written. */ pushFrom?: string;
}

export interface ChangeBillSeries {
  prefix: string;
  digits: number;
}

export interface ChangeBillingSettings {
  /** Over those of all plans; null: as the plan of each SIM says. */ paymentType?: "pre_billing" | "advanced_billing" | "post_billing" | "manual" | null;
  preDays?: number | null;
  approval?: "manual" | "automatic" | null;
  graceDays?: number | null;
  termsDays?: number | null;
}

export interface ChangeMyself {
  language: "en" | "de";
}

export interface ChangePaymentProvider {
  name?: string;
  /** It takes payments and cards when nobody is named. */ preferred?: true;
  /** Other keys of the same account and mode. */ stripe?: { publishableKey?: string; /** Sealed, and never shown again. */ secretKey?: string; /** Of the endpoint at the provider that calls webhookUrl. Until it is here, no webhook is believed. */ webhookSecret?: string };
}

export interface ChangePoolTerms {
  allowanceMb?: Count | null;
  fee?: Amount | null;
  overageSizeMb?: Count | null;
  overagePrice?: Amount | null;
  paymentType?: "pre_billing" | "advanced_billing" | "post_billing" | "manual";
}

export interface ChangeReminderSettings {
  invoices?: boolean | null;
  receipts?: boolean | null;
  overdue?: boolean | null;
  prepaid?: boolean | null;
  steps?: Array<ReminderStep> | null;
}

export interface ChangeSims {
  ids: Array<SimId>;
  action: "ready" | "activate" | "suspend" | "archive" | "set_fleet" | "set_labels" | "assign_plan" | "end_plan" | "cancel_plan_change" | "refill";
  reason?: string;
  /** Of set_fleet. */ fleet?: FleetId;
  /** Of set_labels. */ labels?: Array<string>;
  /** Of assign_plan. */ plan?: PlanId;
  /** Of assign_plan, for plans that share one. */ pool?: PoolId;
  /** Of assign_plan (next_period) and end_plan (now). */ effective?: "now" | "next_period";
  /** Of refill: an option of the plans of these SIMs. */ refill?: string;
  /** Of refill. */ note?: string;
}

export interface ChangeStaff {
  /** The name of a role. */ role: string;
}

export interface ChangeWallet {
  floor?: Amount;
  /** Changes only while nothing is in the wallet. */ vatAt?: "refill" | "spending";
}

export interface Clock {
  now: Timestamp;
  /** Only the clock of a sandbox can be moved. */ sandbox: boolean;
  /** How far it is ahead of real time. */ aheadMs: Count;
  timeZone: TimeZone;
  /** Whether something that has fallen due is still to be done. */ due: boolean;
}

export interface ClockAdvanced {
  now: Timestamp;
}

export interface CollectPreBills {
  companies: Array<CompanyId>;
}

export interface Company {
  id: CompanyId;
  name: string;
  currency: Currency;
  /** Null: the time zone of the organization. */ timeZone: TimeZone | null;
  email: Email | null;
  accountSid: AccountSid;
  createdAt: Timestamp;
  archivedAt: Timestamp | null;
}

/** Id of the company. */
export type CompanyId = string;

export interface CompanyPage {
  items: Array<Company>;
  nextCursor: string | null;
}

export interface CompanyReminders {
  /** Why nothing is sent; address: it comes, and there is nowhere to send it. */ why: "over" | "off" | "address" | "done" | "paused" | "disputed" | "chargeback" | "being_paid" | null;
  until: Timestamp | null;
  reason: string | null;
  next: Array<{ on: string; days: number; action: "letter" | "stop"; fee: Amount | null; invoice: InvoiceId; number: string }>;
}

export interface ConnectAccounting {
  kind: "xero";
  /** Of your app at Xero; the known one unless given. */ clientId?: string;
  /** Sealed, and never shown again. */ clientSecret?: string;
}

export interface ConnectPaymentProvider {
  kind: "sandbox" | "stripe";
  name: string;
  stripe?: { publishableKey: string; /** Sealed, and never shown again. */ secretKey: string; /** Of the endpoint at the provider that calls webhookUrl. Until it is here, no webhook is believed. */ webhookSecret?: string };
}

export interface ConnectionEvent {
  id: ConnectionEventId;
  type: "attachment.accepted" | "attachment.rejected" | "attachment.failed" | "data-session.started" | "data-session.updated" | "data-session.ended" | "data-session.failed";
  /** When it happened, by the network’s clock. */ at: Timestamp;
  sim: SimId;
  iccid: string;
  uniqueName: string | null;
  company: CompanyId | null;
  fleet: FleetId | null;
  /** Why it was rejected, or failed. */ reason: string | null;
  /** Data of the SIM was blocked. */ blocked: boolean;
  imsi: string | null;
  imei: string | null;
  plmn: string | null;
  rat: string | null;
  apn: string | null;
  ipAddress: string | null;
  /** LAC or TAC, hexadecimal. */ area: string | null;
  /** Cell, hexadecimal. */ cell: string | null;
  session: { id: SessionId; startedAt: Timestamp; endedAt: Timestamp | null; bytesUp: Bytes; bytesDown: Bytes; /** Since the event before. */ stretch: { from: Timestamp; to: Timestamp; bytesUp: Bytes; bytesDown: Bytes } | null } | null;
}

/** Id of the connection event. */
export type ConnectionEventId = string;

export interface ConnectionEventPage {
  items: Array<ConnectionEvent>;
  nextCursor: string | null;
}

/** A whole number, as a decimal string. */
export type Count = string;

export interface Countries {
  items: Array<Country>;
}

export interface Country {
  /** ISO 3166-1 alpha-2. */ code: string;
  name: string;
  /** Mobile country codes (ITU-T E.212). */ mccs: Array<string>;
  networks: number;
}

export interface CreateAdjustment {
  sim: SimId;
  /** The last one that somebody pays for, unless told otherwise. */ period?: PeriodId;
  /** Below zero: a credit. */ amount: Amount;
  /** What it corrects. */ revenue?: "usage" | "fee";
  reason: string;
}

export interface CreateApiKey {
  name: string;
  permissions: Array<PermissionName>;
  companyId?: CompanyId;
}

export interface CreateCompany {
  name: string;
  currency?: Currency;
  timeZone?: TimeZone;
  email?: Email;
}

export interface CreateCreditNote {
  /** Printed on it. */ reason: string;
  /** All that is left of the invoice, unless given. */ items?: Array<{ position: number; /** Without VAT; all that is left of it, unless given. */ amount?: Amount }>;
}

export interface CreateEndUser {
  companyId: CompanyId;
  email: Email;
  name?: string;
}

export interface CreateEsimProfile {
  /** The eUICC that it is for, 32 digits. */ eid?: string;
  /** With a code for whoever has it. */ generateMatchingId?: boolean;
  company?: CompanyId | null;
}

export interface CreateEventSink {
  /** Takes POST with a JSON array of CloudEvents. */ url: string;
  /** What it hears of. */ types: Array<"attachment.accepted" | "attachment.rejected" | "attachment.failed" | "data-session.started" | "data-session.updated" | "data-session.ended" | "data-session.failed">;
  description?: string;
  /** Hears of the SIMs of this company alone. */ company?: CompanyId;
}

export interface CreateFleet {
  uniqueName?: string | null;
  plan?: PlanId;
  dataLimitMb?: Count;
  ipCommandsUrl?: string | null;
  ipCommandsMethod?: "GET" | "POST";
  smsCommandsUrl?: string | null;
  smsCommandsMethod?: "GET" | "POST";
  networkAccessProfile: NetworkAccessProfileId;
  company?: CompanyId | null;
  dataEnabled?: boolean;
  smsCommandsEnabled?: boolean;
}

export interface CreateNas {
  name: string;
  sourceRange: string;
  /** Shared secret of RADIUS. Never shown again. */ secret: string;
  coaHost: string;
  coaPort?: number;
  requireMessageAuthenticator?: boolean;
  noGigawords?: boolean;
}

export interface CreateNetworkAccessProfile {
  uniqueName?: string | null;
  networks?: Array<string>;
  company?: CompanyId | null;
}

export interface CreatePlan {
  /** Absent: named after its terms, as long as nobody writes a name. */ name?: string;
  type: "prepaid" | "monthly_bundle" | "pay_per_mb" | "unlimited" | "static_pool" | "dynamic_pool" | "paygo" | "super_sim";
  description?: string;
  labels?: Array<string>;
  telecom?: TelecomId | null;
  /** For these only; none: a general plan. */ companies?: Array<CompanyId>;
  currency?: Currency;
  /** The recurring fee of one active period. */ fee?: Amount;
  /** Charged once per line and account; of pools, at each joining. */ activationFee?: Amount;
  /** Of data wherever no zone has a rate. */ pricePerMb?: Price | null;
  /** Graduated price; it replaces pricePerMb. */ tiers?: Array<{ upToMb: Count | null; pricePerMb: Price }> | null;
  /** The total of a period is rounded up to this step. */ incrementBytes?: Bytes | null;
  /** By zone, of messages and calls, of other price models. */ rates?: Array<Rate>;
  /** Of a message wherever no zone has a rate. */ smsPrice?: Price | null;
  /** Of a minute of calls wherever no zone has a rate. */ voicePrice?: Price | null;
  /** null: calls are rated by the second. */ voiceIncrementSeconds?: number | null;
  allowanceMb?: Count | null;
  overageSizeMb?: Count | null;
  /** Price of one block of overage; every started block counts. */ overagePrice?: Amount | null;
  dataLimitMb?: Count | null;
  prorated?: boolean;
  billingStart?: "assignment" | "first_usage";
  paymentType?: "pre_billing" | "advanced_billing" | "post_billing" | "manual";
  readyExitBytes?: Bytes | null;
  readyExitCommands?: number | null;
  readyExitMonths?: number | null;
  /** Prepaid: a balance is valid for so many days. */ validityDays?: number | null;
  /** Which lines pay the recurring fee of a pay-per-MB plan. */ recurringScope?: "all" | "active";
  /** Unlimited: from here on use is no longer fair. */ fairUseMb?: Count | null;
  throttleKbps?: number | null;
  /** With its id a refill stays itself; without one it is new. */ refills?: Array<{ id?: string; mb: Count; price: Amount }>;
}

export interface CreatePlanVersion {
  currency?: Currency;
  /** The recurring fee of one active period. */ fee?: Amount;
  /** Charged once per line and account; of pools, at each joining. */ activationFee?: Amount;
  /** Of data wherever no zone has a rate. */ pricePerMb?: Price | null;
  /** Graduated price; it replaces pricePerMb. */ tiers?: Array<{ upToMb: Count | null; pricePerMb: Price }> | null;
  /** The total of a period is rounded up to this step. */ incrementBytes?: Bytes | null;
  /** By zone, of messages and calls, of other price models. */ rates?: Array<Rate>;
  /** Of a message wherever no zone has a rate. */ smsPrice?: Price | null;
  /** Of a minute of calls wherever no zone has a rate. */ voicePrice?: Price | null;
  /** null: calls are rated by the second. */ voiceIncrementSeconds?: number | null;
  allowanceMb?: Count | null;
  overageSizeMb?: Count | null;
  /** Price of one block of overage; every started block counts. */ overagePrice?: Amount | null;
  dataLimitMb?: Count | null;
  prorated?: boolean;
  billingStart?: "assignment" | "first_usage";
  paymentType?: "pre_billing" | "advanced_billing" | "post_billing" | "manual";
  readyExitBytes?: Bytes | null;
  readyExitCommands?: number | null;
  readyExitMonths?: number | null;
  /** Prepaid: a balance is valid for so many days. */ validityDays?: number | null;
  /** Which lines pay the recurring fee of a pay-per-MB plan. */ recurringScope?: "all" | "active";
  /** Unlimited: from here on use is no longer fair. */ fairUseMb?: Count | null;
  throttleKbps?: number | null;
  /** With its id a refill stays itself; without one it is new. */ refills?: Array<{ id?: string; mb: Count; price: Amount }>;
}

export interface CreatePool {
  name: string;
  type: "static" | "dynamic";
  /** Whose pool it is; null: the organization’s own. */ company?: CompanyId | null;
  dataLimitBytes?: Bytes | null;
  labels?: Array<string>;
  note?: string;
  allowanceMb?: Count | null;
  fee?: Amount | null;
  overageSizeMb?: Count | null;
  overagePrice?: Amount | null;
  paymentType?: "pre_billing" | "advanced_billing" | "post_billing" | "manual";
}

export interface CreatePreset {
  kind: "plan" | "pool";
  name: string;
  /** Fields of the wizard, as it filled them in. */ form: Record<string, unknown>;
}

export interface CreateRerating {
  /** Periods that began from here on, */ from: Timestamp;
  /** and before this. */ to: Timestamp;
  sims?: Array<SimId>;
  /** The SIMs that it has now. */ company?: CompanyId;
  /** Periods on these plans. */ plans?: Array<PlanId>;
  /** The latest of each period’s own plan, unless told otherwise. */ planVersion?: PlanVersionId;
  reason: string;
  /** Only tell what would change. */ dryRun?: boolean;
}

export interface CreateSettingsUpdates {
  sims: Array<SimId>;
  package: string;
  version: string;
}

export interface CreateTelecom {
  name: string;
  connector: "none" | "radius" | "simulated";
  limitMode?: "reject" | "walled";
  /** For text to SIMs, where the connector carries none. none: it fails. loopback: it counts as sent, and nobody gets it. */ messages?: "none" | "loopback";
  /** Addresses (IPv4) that it gives its devices and that this machine reaches: IP commands go there, and come from there. Empty: it carries none. */ deviceRanges?: Array<string>;
  operationsPerSecond?: number;
}

export interface CreateZone {
  name: string;
  /** ISO 3166-1 alpha-2. */ countries?: Array<string>;
  /** PLMNs; a network comes before its country. */ networks?: Array<string>;
}

export interface CreditWallet {
  amount: Amount;
  /** Why; shown in the history. */ reason: string;
  /** Money that was paid in, or a correction by hand. */ kind?: "refill" | "adjustment";
}

/** ISO 4217 code. */
export type Currency = string;

export interface DataLimit {
  /** What counts for the limit: in the running active period, without usage that came late; of a pool, that of all its members. */ usedBytes: NetBytes;
  /** The lowest of the limits of the SIM, its fleet and its plan, or that of its pool. Null: there is none. */ limitBytes: Bytes | null;
  /** Used of limit, one decimal, cut off: 100.0 means reached. Null: there is no limit. */ percentage: string | null;
  /** Whose limit it is. */ limitFrom: "sim" | "fleet" | "plan" | "pool" | null;
  /** The end of the period, when counting begins anew. Null: no active period runs, and nothing counts. */ resetsAt: Timestamp | null;
  reached: boolean;
  /** Whether any block keeps it from using data now. */ blocked: boolean;
  /** The open ones. Of a data limit, `detail` says whose limit was reached, and at how many bytes. */ blocks: Array<{ id: BlockId; reason: "data_limit" | "balance" | "validity" | "fee_unpaid" | "imei" | "rule" | "manual"; text: string; detail: Record<string, unknown>; openedAt: Timestamp; openedBy: string; /** What lifts it. */ liftedBy: string }>;
}

export interface DebitWallet {
  amount: Amount;
  /** Why; shown in the history. */ reason: string;
}

export interface DecideWalletAdjustment {
  note?: string;
}

export interface Delivery {
  id: DeliveryId;
  kind: "callback" | "events";
  company: CompanyId | null;
  /** Id of what it tells of. */ about: string | null;
  method: "GET" | "POST";
  url: string;
  state: "waiting" | "delivered" | "failed";
  /** Tries since it was made, or since it was last asked to be sent again. */ attempts: number;
  nextAttemptAt: Timestamp | null;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
  /** HTTP status of the last answer; null: there was none. */ lastStatus: number | null;
  /** The beginning of the last answer, or why there was none. */ lastAnswer: string | null;
}

export interface DeliveryDetail {
  id: DeliveryId;
  kind: "callback" | "events";
  company: CompanyId | null;
  /** Id of what it tells of. */ about: string | null;
  method: "GET" | "POST";
  url: string;
  state: "waiting" | "delivered" | "failed";
  /** Tries since it was made, or since it was last asked to be sent again. */ attempts: number;
  nextAttemptAt: Timestamp | null;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
  /** HTTP status of the last answer; null: there was none. */ lastStatus: number | null;
  /** The beginning of the last answer, or why there was none. */ lastAnswer: string | null;
  contentType: string | null;
  body: string | null;
  tries: Array<{ at: Timestamp; tookMs: number; status: number | null; answer: string }>;
}

/** Id of the delivery. */
export type DeliveryId = string;

export interface DeliveryPage {
  items: Array<Delivery>;
  nextCursor: string | null;
}

export interface Diagnosis {
  verdict: "archived" | "not_integrated" | "rejected_by_telecom" | "not_registered" | "no_plan" | "not_activated" | "suspended" | "blocked" | "waiting_for_telecom" | "never_attached" | "network_not_allowed" | "attach_refused" | "attached_no_session" | "unrated_usage" | "waiting_first_usage" | "working" | "no_traffic" | "offline";
  title: string;
  explanation: string;
  since: Timestamp | null;
  /** The next step. */ action: { kind: "register" | "assign_plan" | "put_in_fleet" | "make_ready" | "activate" | "unblock" | "raise_limit" | "open_pool" | "open_wallet" | "refill" | "recheck" | "open_telecom" | "open_profile" | "replay" | "none"; label: string };
  checks: Array<{ name: string; /** Null: unknown. */ ok: boolean | null; detail: string }>;
}

export interface DismissMissedReaction {
  reason: string;
}

export interface DismissPaymentNotice {
  reason: string;
}

export interface DismissUnplaced {
  ids: Array<MessageId>;
}

export interface DismissUnrated {
  ids: Array<UsageId>;
}

export interface Dispute {
  id: DisputeId;
  payment: PaymentId;
  provider: PaymentProviderId;
  /** What the provider calls it; it is answered there, with evidence. */ reference: string;
  state: "open" | "won" | "lost";
  /** none: the bank has taken nothing yet. */ funds: "none" | "withdrawn" | "reinstated";
  amount: Amount;
  /** What the provider takes for it, as far as it has told. */ fee: Amount;
  currency: Currency;
  reason: string;
  /** False: its payment stood in no ledger account, and so does this. */ posted: boolean;
  evidenceDueAt: Timestamp | null;
  openedAt: Timestamp;
  settledAt: Timestamp | null;
}

/** Id of the dispute. */
export type DisputeId = string;

export interface DisputePage {
  items: Array<Dispute>;
  nextCursor: string | null;
}

export interface DocumentSettings {
  iban: string | null;
  bic: string | null;
  bank: string | null;
  footer: string | null;
  /** The SHA-256 of the logo. */ logo: string | null;
}

/** handleDownloadProgressInfo of ES2+ (GSMA SGP.22 section 5.3.5): iccid, timestamp, notificationPointId, notificationPointStatus, and eid where it is known. */
export type DownloadProgressInfo = Record<string, unknown>;

export interface DueFee {
  id: DueFeeId;
  sim: { id: SimId; iccid: string };
  periodId: PeriodId;
  kind: "recurring" | "activation";
  amount: Amount;
  currency: Currency;
  /** Since when it is due. */ at: Timestamp;
  settledAt: Timestamp | null;
  settledAs: "paid" | "waived" | null;
}

/** Id of the due fee. */
export type DueFeeId = string;

export interface DueFeePage {
  items: Array<DueFee>;
  nextCursor: string | null;
  /** All that is due of the wallet, whatever the page. */ total: { fees: number; amount: Amount; currency: Currency };
}

export interface DuplicatePlan {
  name?: string;
}

export interface EditPreBill {
  /** Lines and discounts; they replace those that are there. */ edits?: Array<{ kind: "line"; name: string; quantity?: string; /** Without VAT. A credit has a quantity below zero. */ unitPrice: Amount } | { kind: "discount"; name: string; /** Of what was collected; or `amount`. */ percent?: string; /** What it takes off, without VAT. */ amount?: Amount }>;
  /** Printed on the invoice. */ note?: string;
  buyerReference?: string | "";
  /** The version that was seen: another one is refused. */ version?: number;
}

export type Email = string;

export interface EndUser {
  id: EndUserId;
  companyId: CompanyId;
  email: Email;
  name: string | null;
  /** Of their letters and pages; null: that of their device. */ language: "en" | "de" | null;
  createdAt: Timestamp;
  archivedAt: Timestamp | null;
}

/** Id of the end user. */
export type EndUserId = string;

export interface EndUserPage {
  items: Array<EndUser>;
  nextCursor: string | null;
}

export interface EndUserSelf {
  id: EndUserId;
  email: Email;
  name: string | null;
  /** Null: that of the device. */ language: "en" | "de" | null;
  organization: string;
  currency: Currency;
  timeZone: TimeZone;
  unitBase: UnitBase;
  now: Timestamp;
  permissions: Array<string>;
  /** Staff look at these pages; nothing can be done here unless it is a sandbox. */ lookedAt: boolean;
}

export interface EndUserSims {
  items: Array<{ id: SimId; name: string | null; iccid: string; msisdn: string | null; /** waiting: its first usage starts it. stopped: a block, see stoppedBy. off: suspended, archived, not switched on, or rejected by its telecom. */ state: "working" | "waiting" | "stopped" | "off"; stoppedBy: Array<{ reason: string; since: Timestamp }>; online: boolean | null; lastSeenAt: Timestamp | null; plan: { name: string; type: "prepaid" | "monthly_bundle" | "pay_per_mb" | "unlimited" | "static_pool" | "dynamic_pool" | "paygo" | "super_sim" } | null; /** Null: the plan has no allowance. */ leftBytes: NetBytes | null; /** Of what that is left: all that was bought for this period. */ boughtBytes: Bytes | null; daysLeft: number | null; validUntil: Timestamp | null; validityDays: number | null; usedTodayBytes: NetBytes; /** What can be bought; VAT comes on top where a quote says so. */ refills: Array<{ id: string; amountBytes: Bytes; price: Amount; currency: Currency }> }>;
  asOf: Timestamp;
}

export interface EsimProfile {
  id: EsimProfileId;
  /** The account that asked; null: the organization's own. */ company: CompanyId | null;
  status: EsimProfileStatus;
  /** The SIM whose profile it is, once it is available. */ sim: SimId | null;
  iccid: string | null;
  /** The eUICC that may download it, or did. */ eid: string | null;
  /** The SM-DP+ server from which it is downloaded. */ smdpAddress: string | null;
  matchingId: string | null;
  /** What a QR code holds after `LPA:`. */ activationCode: string | null;
  /** The SM-DP+'s own, as in 8.2.1/3.9 (GSMA SGP.22), or ours. */ errorCode: string | null;
  errorMessage: string | null;
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

/** Id of the esim profile. */
export type EsimProfileId = string;

export interface EsimProfilePage {
  items: Array<EsimProfile>;
  nextCursor: string | null;
}

/** available: it can be downloaded · downloaded, installed: as its SM-DP+ tells · failed: see errorCode. */
export type EsimProfileStatus = "new" | "reserving" | "available" | "downloaded" | "installed" | "failed";

export interface Event {
  id: EventId;
  name: string;
  subject: { type: string; id: string };
  /** Counts the events of this subject, without a gap. */ sequence: Count;
  /** Place in the organization’s order of events. */ position: Count;
  at: Timestamp;
  data: Record<string, unknown>;
}

/** Id of the event. */
export type EventId = string;

export interface EventPage {
  items: Array<Event>;
  nextCursor: string | null;
}

export interface EventSink {
  id: EventSinkId;
  /** Whose SIMs it hears of; null: all of the organization. */ company: CompanyId | null;
  companyName: string | null;
  url: string;
  description: string;
  types: Array<"attachment.accepted" | "attachment.rejected" | "attachment.failed" | "data-session.started" | "data-session.updated" | "data-session.ended" | "data-session.failed">;
  state: "active" | "paused";
  /** gone: its receiver answered 410. */ pausedBecause: "staff" | "gone" | null;
  /** What became of the batch that was sent last. */ lastDelivery: { id: DeliveryId; state: "waiting" | "delivered" | "failed"; attempts: number; lastStatus: number | null } | null;
  lastSentAt: Timestamp | null;
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

/** Id of the event sink. */
export type EventSinkId = string;

export interface EventSinkPage {
  items: Array<EventSink>;
  nextCursor: string | null;
}

export interface EventStream {
  /** Of `event: event`. */ event?: Event;
  /** Of `event: usage`: whose usage changed; null when they are too many to name. */ lines?: Array<SimId> | null;
}

export interface ExpirePart {
  reason: string;
}

export interface Explanation {
  id: string;
  kind: "usage" | "fee" | "due_fee" | "period" | "pool_period" | "adjustment" | "refill" | "block" | "refusal" | "unrated";
  title: string;
  summary: string;
  at: Timestamp | null;
  sim: { id: SimId; iccid: string } | null;
  pool: { id: PoolId; name: string } | null;
  currency: Currency | null;
  /** As it is stored; null where this is no amount. */ amount: Amount | null;
  /** As the rating engine works it out now, from what is stored. */ recomputed: Amount | null;
  /** Whether both are the same, to the last digit. */ agrees: boolean | null;
  steps: Array<{ kind: "fact" | "place" | "rate" | "totals" | "price" | "proration" | "rounding" | "amount" | "ledger" | "cause" | "next"; /** For people. */ text: string; /** Exact, as decimal strings. */ values: Record<string, string | null> }>;
  /** Of the transfer that it was posted with; of revenue only for the organization itself. */ entries: Array<{ transferId: TransferId; key: string; /** The kind of the ledger account. */ account: string; accountId: LedgerAccountId; amount: Amount; balanceAfter: Amount | null }>;
}

/** Id of the fee. */
export type FeeId = string;

export interface Fleet {
  id: FleetId;
  /** The fleet in the Super SIM API (HF…). */ superSimSid: string;
  uniqueName: string | null;
  company: { id: CompanyId; name: string } | null;
  networkAccessProfile: { id: NetworkAccessProfileId; name: string };
  plan: { id: PlanId; name: string };
  dataEnabled: boolean;
  /** Decimal megabytes, always. */ dataLimitMb: Count;
  ipCommandsUrl: string | null;
  ipCommandsMethod: "GET" | "POST";
  smsCommandsEnabled: boolean;
  smsCommandsUrl: string | null;
  smsCommandsMethod: "GET" | "POST";
  sims: number;
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

/** Id of the fleet. */
export type FleetId = string;

export interface FleetPage {
  items: Array<Fleet>;
  nextCursor: string | null;
}

export interface GrantMoney {
  amount: Amount;
  /** Why; shown in the history. */ reason: string;
  /** When what is left of it leaves the wallet; never, unless given. */ expiresAt?: Timestamp | null;
  /** The lowest is spent first: 100 unless given; paid money has 500. */ priority?: number;
}

export interface GrantRefill {
  /** One of the refills of the plan that the SIM is on, by its id. */ refill: string;
  note?: string;
}

export interface HandedLink {
  /** Good once. Shown this once. */ url: string;
  /** By the clock of the machine, in a sandbox as well. */ expiresAt: Timestamp;
}

export interface HeldUpAccounts {
  items: Array<{ company: { id: CompanyId; name: string }; /** Of which it is not billed: `2026-04`. */ month: string; /** When its oldest period that did not roll over has ended. */ since: Timestamp }>;
}

export interface IncomingMessages {
  messages: Array<unknown>;
}

export interface InviteEndUser {
  send?: boolean;
}

export interface InviteStaff {
  email: Email;
  name: string;
  role: string;
  companyId?: CompanyId;
}

export interface Invoice {
  id: InvoiceId;
  kind: "invoice" | "credit_note";
  number: string;
  company: { id: CompanyId; name: string };
  /** The invoice that a credit note takes back. */ credits: InvoiceId | null;
  state: "open" | "paid" | "credited";
  overdue: boolean;
  issuedAt: Timestamp;
  issuedOn: string;
  dueOn: string | null;
  currency: Currency;
  net: Amount;
  vat: Amount;
  gross: Amount;
  paid: Amount;
  credited: Amount;
  tax: { category: string; percent: string; reason: string | null };
  period: { from: string; until: string } | null;
  items: number;
  preBill: PreBillId | null;
  issuedBy: string;
}

export interface InvoiceDocument {
  kind: "invoice" | "credit_note";
  number: string;
  issuedOn: string;
  dueOn: string | null;
  period: { from: string; until: string } | null;
  currency: string;
  language: "en" | "de";
  timeZone: string;
  seller: Party;
  buyer: Party;
  buyerReference: string | null;
  preceding: { number: string; issuedOn: string } | null;
  net: string;
  vat: string;
  gross: string;
  prepaid: string;
  payable: string;
  /** Credit notes that are a part of what was prepaid. */ creditNotes: Array<{ number: string; amount: string }>;
  taxes: Array<{ category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O"; percent: string; net: string; vat: string; reason: string | null }>;
  items: Array<{ position: number; kind: string; name: string; description: string | null; lineLabel: string | null; quantity: string; unit: string; unitPrice: string; net: string; taxCategory: "S" | "Z" | "E" | "AE" | "K" | "G" | "O"; taxPercent: string }>;
  payment: { termsDays: number | null; iban: string | null; bic: string | null; bank: string | null; reference: string | null };
  notes: Array<string>;
  footer: string | null;
  logo: string | null;
}

/** Id of the invoice. */
export type InvoiceId = string;

export interface InvoiceLink {
  id: InvoiceLinkId;
  invoice: InvoiceId;
  createdAt: Timestamp;
  /** By the clock of the machine, in a sandbox as well. */ expiresAt: Timestamp;
  revokedAt: Timestamp | null;
  /** Neither revoked nor too old. */ good: boolean;
  /** When it was opened first. */ seenAt: Timestamp | null;
  madeBy: string;
}

/** Id of the invoice link. */
export type InvoiceLinkId = string;

export interface InvoiceLinkPage {
  items: Array<InvoiceLink>;
  nextCursor: string | null;
}

export interface InvoicePage {
  items: Array<Invoice>;
  nextCursor: string | null;
}

export interface InvoiceReminders {
  /** Why nothing is sent; address: it comes, and there is nowhere to send it. */ why: "over" | "off" | "address" | "done" | "paused" | "disputed" | "chargeback" | "being_paid" | null;
  until: Timestamp | null;
  reason: string | null;
  next: { on: string; days: number; action: "letter" | "stop"; fee: Amount | null } | null;
}

export interface IpCommand {
  id: IpCommandId;
  sim: { id: SimId; iccid: string; uniqueName: string | null };
  company: CompanyId | null;
  direction: "to_sim" | "from_sim";
  /** Text, or base64 of bytes. */ payload: string;
  payloadType: "text" | "binary";
  /** Where it went, or came from; null until it was sent. */ deviceAddress: string | null;
  devicePort: number;
  /** queued: not sent yet · sent: it left this machine · received: it came from the device · failed: see `failure`. */ status: "queued" | "sent" | "received" | "failed";
  errorCode: number | null;
  /** What went wrong, in words. */ failure: string | null;
  callback: { method: "GET" | "POST"; url: string } | null;
  /** How often this machine tried to send it. */ attempts: number;
  createdAt: Timestamp;
  /** When its status changed last. */ updatedAt: Timestamp;
}

/** Id of the ip command. */
export type IpCommandId = string;

export interface IpCommandPage {
  items: Array<IpCommand>;
  nextCursor: string | null;
}

export interface JoinByLink {
  token: string;
  password: string;
}

export interface LabelTransaction {
  labels: Array<string>;
}

/** Where usage is billed that comes after its period has closed: in the period it was made in, until that is invoiced, or in the current one. */
export type LateUsage = "own_period" | "current_period";

export interface LedgerAccount {
  id: LedgerAccountId;
  kind: "unbilled" | "deferred" | "receivable" | "wallet" | "grant" | "usage_revenue" | "fee_revenue" | "refill_revenue" | "other_revenue" | "clearing" | "dispute" | "vat" | "rounding";
  owner: { type: "organization" | "company"; id: CompanyId | OrganizationId; name: string };
  currency: Currency;
  /** Null: a contra account, which keeps none. */ balance: Amount | null;
  /** The balance no fee, purchase or refill takes it below. */ floor: Amount | null;
}

/** Id of the ledger account. */
export type LedgerAccountId = string;

export interface LedgerAccountPage {
  items: Array<LedgerAccount>;
  nextCursor: string | null;
}

export interface LedgerEntry {
  transferId: TransferId;
  at: Timestamp;
  kind: "usage" | "fee" | "adjustment" | "refill" | "payment" | "refund" | "dispute" | "grant" | "expiry" | "invoice" | "credit_note" | "vat";
  /** Names what was booked; the same key is booked once. */ key: string;
  amount: Amount;
  balanceAfter: Amount | null;
  currency: Currency;
}

export interface LedgerEntryPage {
  items: Array<LedgerEntry>;
  nextCursor: string | null;
}

export interface Letter {
  id: LetterId;
  kind: string;
  company: CompanyId | null;
  /** Id of what it tells of. */ about: string | null;
  to: string;
  toName: string | null;
  subject: string;
  language: "en" | "de";
  /** It signs somebody in, so what it says is not shown. */ secret: boolean;
  /** held: no mail server was set when it was due. */ state: "waiting" | "sent" | "failed" | "held";
  /** Tries since it was made, or since it was last asked to be sent again. */ attempts: number;
  nextAttemptAt: Timestamp | null;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
  /** What the mail server said last, or why it was not sent. */ lastAnswer: string | null;
}

export interface LetterDetail {
  id: LetterId;
  kind: string;
  company: CompanyId | null;
  /** Id of what it tells of. */ about: string | null;
  to: string;
  toName: string | null;
  subject: string;
  language: "en" | "de";
  /** It signs somebody in, so what it says is not shown. */ secret: boolean;
  /** held: no mail server was set when it was due. */ state: "waiting" | "sent" | "failed" | "held";
  /** Tries since it was made, or since it was last asked to be sent again. */ attempts: number;
  nextAttemptAt: Timestamp | null;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
  /** What the mail server said last, or why it was not sent. */ lastAnswer: string | null;
  text: string | null;
  html: string | null;
  attachments: Array<{ name: string; contentType: string; bytes: Bytes }>;
}

/** Id of the letter. */
export type LetterId = string;

export interface LetterPage {
  items: Array<Letter>;
  nextCursor: string | null;
}

export interface MadeInvoiceLink {
  id: InvoiceLinkId;
  invoice: InvoiceId;
  createdAt: Timestamp;
  /** By the clock of the machine, in a sandbox as well. */ expiresAt: Timestamp;
  revokedAt: Timestamp | null;
  /** Neither revoked nor too old. */ good: boolean;
  /** When it was opened first. */ seenAt: Timestamp | null;
  madeBy: string;
  /** Whoever has it sees this invoice and can pay it. Shown this once. */ url: string;
}

export interface Mailing {
  id: MailingId;
  /** ended: no letter, the last step of an invoice. */ kind: "invoice" | "credit_note" | "receipt" | "overdue" | "prepaid" | "ended";
  company: CompanyId | null;
  /** In the time zone of the organization. */ day: string;
  /** written: the letter says whether it was sent. */ state: "waiting" | "written" | "dropped" | "failed";
  /** Why it was dropped or has failed. */ reason: string | null;
  letter: LetterId | null;
  /** Null: none was written, or it was forgotten since. */ letterState: "waiting" | "sent" | "failed" | "held" | null;
  to: string | null;
  subject: string | null;
  /** The invoice of what the letter costs. */ fee: InvoiceId | null;
  about: Array<{ id: string; /** Of an invoice. */ number: string | null; /** The step; of what lapses, below zero. */ days: number | null; /** What was left to pay. */ left: Amount | null; currency: Currency | null }>;
  createdAt: Timestamp;
  madeBy: string;
}

/** Id of the mailing. */
export type MailingId = string;

export interface MailingPage {
  items: Array<Mailing>;
  nextCursor: string | null;
}

export interface MakeInvoiceLink {
  /** How long it is good. */ days?: number;
}

export interface Me {
  actor: { kind: "staff" | "api_key" | "account" | "end_user" | "system"; id: string; name: string; email: string | null; companyId: CompanyId | null };
  permissions: Array<string>;
  organization: { id: OrganizationId; name: string; currency: Currency; timeZone: TimeZone; unitBase: 1000 | 1024; sandbox: boolean; now: Timestamp };
  /** Where the person works; X-Organization chooses one. */ organizations: Array<{ id: OrganizationId; name: string }>;
}

/** Id of the message. */
export type MessageId = string;

export interface MessagesTaken {
  counts: { received: number; reported: number; repeated: number; kept: number; conflict: number; rejected: number };
  results: Array<{ /** Its place in the request, from 0. */ index: number; key: string; /** received: a text from a device · reported: the report ended a text · repeated: known already · kept: fits nothing now, see /unplaced-messages · conflict: the key was used with another message · rejected: cannot be read. All but `repeated` are stored. */ outcome: "received" | "reported" | "repeated" | "kept" | "conflict" | "rejected"; /** The text that it is, or tells of. */ command: SmsCommandId | null; reason: "unknown_sim" | "unknown_text" | "not_one_message" | "key_used" | "unreadable" | null; code: string | null; field: string | null; message: string | null }>;
}

export interface MissedReaction {
  /** The event that should have set something off. */ event: EventId;
  name: string;
  subject: { type: string; id: string };
  /** Place of the event in the organization’s order. */ position: Count;
  at: Timestamp;
  data: Record<string, unknown>;
  /** waiting: it is tried again by itself. failed: three days of tries are over, and somebody has to look. done: it was made up for. dismissed: put aside by somebody. */ state: "waiting" | "failed" | "done" | "dismissed";
  /** Why the last try failed. */ problem: string;
  /** Why somebody put it aside. */ reason: string | null;
  attempts: number;
  nextAttemptAt: Timestamp | null;
  missedAt: Timestamp;
  settledAt: Timestamp | null;
}

export interface MissedReactionPage {
  items: Array<MissedReaction>;
  nextCursor: string | null;
}

export interface Nas {
  id: NasId;
  telecomId: TelecomId;
  name: string;
  /** CIDR. The longest prefix wins. */ sourceRange: string;
  /** IP address that takes Disconnect-Requests. */ coaHost: string;
  coaPort: number;
  requireMessageAuthenticator: boolean;
  noGigawords: boolean;
  createdAt: Timestamp;
}

/** Id of the nas. */
export type NasId = string;

export interface NasList {
  items: Array<Nas>;
}

/** A whole number of bytes, as a decimal string; below zero where a correction took back more. */
export type NetBytes = string;

/** A whole number, as a decimal string; below zero where a correction took back more. */
export type NetCount = string;

export interface Network {
  plmn: string;
  mcc: string;
  mnc: string;
  name: string;
  /** ISO 3166-1 alpha-2; null: of no country. */ country: string | null;
}

export interface NetworkAccessProfile {
  id: NetworkAccessProfileId;
  /** The profile in the Super SIM API (HA…). */ superSimSid: string;
  uniqueName: string | null;
  company: { id: CompanyId; name: string } | null;
  /** PLMNs; none means every network. */ networks: Array<string>;
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

/** Id of the network access profile. */
export type NetworkAccessProfileId = string;

export interface NetworkAccessProfilePage {
  items: Array<NetworkAccessProfile>;
  nextCursor: string | null;
}

export interface NetworkPage {
  items: Array<Network>;
  nextCursor: string | null;
}

export interface NewApiKey {
  key: ApiKey;
  /** For Authorization: Bearer. Shown this once. */ apiKey: string;
  /** With the SK… as user name, for the Super SIM API. Shown this once. */ secret: string;
}

export interface NewPayment {
  walletRefill?: { wallet: WalletId; /** What the wallet gains; VAT comes on top. */ amount: Amount; /** Given with it instead of what comes by itself, and taken back with it; only the organization gives one. */ bonus?: { amount: Amount; expiresAt?: Timestamp | null } };
  simRefill?: { sim: SimId; /** One of the refills of its plan, by its id. */ refill: string; /** How many of it. */ times?: number };
  invoicePayment?: { /** Of one company, paid in this order. */ invoices?: Array<InvoiceId>; /** Instead of invoices: those of a company that are open when the money comes, the oldest first. */ company?: CompanyId; /** VAT within; all that is left of them, unless given. More than that stays as credit on account. */ amount?: Amount; /** By card or from a wallet more than is due is taken only if this says so. */ overpay?: boolean };
  method: "card" | "wallet" | "company_wallet" | "manual";
  /** Which wallet pays. Unless named: with method wallet that of who holds the thing, with company_wallet that of their company. */ wallet?: WalletId;
  /** With method card: a stored card, charged at once. Its owner is who pays: who it is for, its company, or the organization. */ card?: PaymentMethodId;
  /** By hand: what proves it, a bank reference. */ note?: string;
}

export interface NewPaymentMethod {
  /** Whose card it is. Its holder types the number on the provider’s page, never here. */ owner: CompanyId | EndUserId | OrganizationId;
  /** The preferred one, unless given. */ provider?: PaymentProviderId;
}

export interface NewQuote {
  walletRefill?: { wallet: WalletId; /** What the wallet gains; VAT comes on top. */ amount: Amount; /** Given with it instead of what comes by itself, and taken back with it; only the organization gives one. */ bonus?: { amount: Amount; expiresAt?: Timestamp | null } };
  simRefill?: { sim: SimId; /** One of the refills of its plan, by its id. */ refill: string; /** How many of it. */ times?: number };
  invoicePayment?: { /** Of one company, paid in this order. */ invoices?: Array<InvoiceId>; /** Instead of invoices: those of a company that are open when the money comes, the oldest first. */ company?: CompanyId; /** VAT within; all that is left of them, unless given. More than that stays as credit on account. */ amount?: Amount; /** By card or from a wallet more than is due is taken only if this says so. */ overpay?: boolean };
  method?: "card" | "wallet" | "company_wallet" | "manual";
  /** Which wallet pays. Unless named: with method wallet that of who holds the thing, with company_wallet that of their company. */ wallet?: WalletId;
  /** With method card: a stored card, charged at once. Its owner is who pays: who it is for, its company, or the organization. */ card?: PaymentMethodId;
}

export interface NewRefund {
  /** Of what was paid, VAT within; all that is left, unless given. */ amount?: Amount;
  /** Why; kept beside its transfers. */ reason: string;
}

export interface OpenWallet {
  /** A company, an end user, or the organization itself. */ owner: CompanyId | EndUserId | OrganizationId;
  /** What must stay; below zero is credit. */ floor?: Amount;
  /** Of the owner, unless given; no other is taken. */ currency?: Currency;
}

export interface Operation {
  id: OperationId;
  kind: string;
  /** Name of the file, for people. */ name: string;
  /** checking: reads and checks every row, without an effect; checked: waits for its start; running; done; cancelled; failed: see error. */ state: "checking" | "checked" | "running" | "done" | "cancelled" | "failed";
  parameters: Record<string, unknown>;
  /** What checking found of the file: encoding, separator, columns. */ found: Record<string, unknown>;
  columns: Array<string>;
  progress: { /** Of the file. */ bytes: Bytes; bytesRead: Bytes; /** Known so far; all of them once it is checked. */ rows: Count; done: Count; failed: Count; waiting: Count; /** Rows that are good and have a warning. */ warned: Count };
  error: { code: string; message: string } | null;
  can: Array<"start" | "cancel" | "resume" | "retry_failed">;
  createdBy: string;
  createdAt: Timestamp;
  startedAt: Timestamp | null;
  endedAt: Timestamp | null;
  /** Rows are kept for 30 days after the last work on them. */ rowsKept: boolean;
}

export interface OperationDetail {
  operation: Operation;
  /** Why rows failed, the most frequent first; at most 20. */ failures: Array<{ code: string; field: string | null; rows: Count }>;
  /** What rows do to their subjects, or did, in the words of the kind of operation. */ effects: Array<{ effect: string; rows: Count }>;
}

/** Id of the operation. */
export type OperationId = string;

export interface OperationPage {
  items: Array<Operation>;
  nextCursor: string | null;
}

export interface OperationRow {
  /** The line of the file on which the row begins, from 1. */ line: Count;
  /** What the row is about: an ICCID. */ label: string;
  outcome: "pending" | "done" | "failed";
  code: string | null;
  field: string | null;
  reason: string | null;
  warning: string | null;
  /** What it does to the subject, or did, in a word of the kind. */ effect: string | null;
  /** Id of what came of it: a SIM. */ subject: string | null;
}

export interface OperationRowPage {
  items: Array<OperationRow>;
  nextCursor: string | null;
}

export interface Organization {
  id: OrganizationId;
  name: string;
  currency: Currency;
  timeZone: TimeZone;
  unitBase: UnitBase;
  lateUsage: LateUsage;
  sandbox: boolean;
  now: Timestamp;
  accountSid: AccountSid;
  createdAt: Timestamp;
}

/** Id of the organization. */
export type OrganizationId = string;

export interface Overview {
  /** The organization’s present; in a sandbox its clock may be ahead. */ now: Timestamp;
  timeZone: TimeZone;
  currency: Currency;
  sims: { total: number; byStatus: Array<{ status: ShownStatus; sims: number }> };
  online: number;
  today: { bytesUp: NetBytes; bytesDown: NetBytes };
  last30Days: Array<{ startsAt: Timestamp; bytes: NetBytes }>;
  last24Hours: Array<{ startsAt: Timestamp; bytes: NetBytes }>;
  byCountry: Array<{ country: string | null; name: string; bytes: NetBytes }>;
  /** This calendar month in the organization’s time zone. */ period: { from: Timestamp; to: Timestamp; fees: Amount; usage: Amount; adjusted: Amount; total: Amount };
  attention: Array<{ kind: "unrated" | "telecom_error" | "pool_low" | "carrier_failed" | "blocked" | "pre_bills_pending" | "receivables_overdue" | "auto_refill" | "missed_reaction"; title: string; count: number; link: string }>;
  recentEvents: Array<{ id: EventId; name: string; kind: "status" | "session" | "charge" | "block" | "change" | "carrier" | "usage"; title: string; subject: { type: string; id: string }; sequence: Count; position: Count; at: Timestamp; data: Record<string, unknown> }>;
}

export interface PaidByAccounts {
  /** Of each account and currency. Of a company also what its end users paid. */ items: Array<{ account: string; currency: Currency; month: Amount; lifetime: Amount }>;
}

export interface Party {
  name: string;
  legalName: string | null;
  street: string | null;
  street2: string | null;
  city: string | null;
  postalCode: string | null;
  region: string | null;
  countryCode: string | null;
  vatNumber: string | null;
  registration: string | null;
  email: string | null;
  endpoint: { scheme: string; id: string } | null;
}

export interface PauseReminders {
  reason: string;
  /** The company contests it. */ disputed?: boolean;
  /** Null: until somebody lifts it. */ until?: Timestamp | null;
}

export interface PayOut {
  /** All that is left, unless given. */ amount?: Amount;
  reason?: string;
}

export interface Payment {
  id: PaymentId;
  /** created: it will be asked for at once. pending: nobody knows yet. action_needed: its payer has something to do at actionUrl. succeeded, failed and canceled are over. differs: another amount came, and staff settle it. */ state: "created" | "pending" | "action_needed" | "succeeded" | "failed" | "canceled" | "differs";
  purpose: "wallet_refill" | "line_refill" | "invoice";
  /** What it is for: a wallet, a SIM, or the first of its invoices; where none was named, their company. */ subject: string;
  refill: string | null;
  /** How many of it. */ times: number;
  /** Id of the account that pays. */ owner: string;
  ownerName: string;
  method: "card" | "wallet" | "company_wallet" | "manual";
  wallet: WalletId | null;
  /** Which stored card was charged. */ card: PaymentMethodId | null;
  currency: Currency;
  /** What it costs, before it is rounded to what can be paid. */ price: Amount;
  /** Of invoices that a wallet pays: what leaves the wallet. */ net: Amount;
  /** Of invoices that a wallet pays: what was prepaid on that, and is deducted. */ vat: Amount;
  gross: Amount;
  tax: { category: string; /** A percentage. */ percent: string; reason: string };
  refunded: Amount;
  /** Of a refill of a wallet: what invoices were paid with since, VAT within. */ used: Amount;
  /** What came, where that is another amount than was asked for. */ came: Amount | null;
  /** What was asked for, of one that staff have settled. */ asked: { purpose: "wallet_refill" | "line_refill" | "invoice"; subject: string; gross: Amount } | null;
  actionUrl: string | null;
  failure: { code: string; message: string } | null;
  /** It is paid, and this is why what it was for could not be given. */ undelivered: string | null;
  /** What the provider calls it. */ reference: string | null;
  note: string;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
  madeBy: string;
}

/** Id of the payment. */
export type PaymentId = string;

export interface PaymentMethod {
  id: PaymentMethodId;
  /** Id of the account whose card it is. */ owner: string;
  ownerName: string;
  provider: PaymentProviderId;
  /** created: its provider is asked at once. action_needed: its holder goes on at actionUrl. active: it can be charged. Nobody comes back from removed. */ state: "created" | "action_needed" | "active" | "failed" | "expired" | "removed";
  /** What its owner pays with when nobody is there to choose. */ default: boolean;
  brand: string | null;
  /** The last four digits: all that is known of the number. */ last4: string | null;
  expiryMonth: number | null;
  expiryYear: number | null;
  actionUrl: string | null;
  failure: { code: string; message: string } | null;
  lastDeclinedAt: Timestamp | null;
  createdAt: Timestamp;
  madeBy: string;
}

/** Id of the payment method. */
export type PaymentMethodId = string;

export interface PaymentMethodPage {
  items: Array<PaymentMethod>;
  nextCursor: string | null;
}

export interface PaymentNotice {
  id: PaymentNoticeId;
  provider: PaymentProviderId;
  /** What the provider calls it; told again, it is kept once. */ key: string;
  /** waiting: it is applied at once. ignored: known already, or of no payment. unplaced: it fits no payment, or another amount. dismissed: put aside by somebody. */ state: "waiting" | "applied" | "ignored" | "unplaced" | "dismissed";
  reason: string;
  payment: PaymentId | null;
  /** As it came. In a list, its first 1000 characters. */ payload: string;
  receivedAt: Timestamp;
  settledAt: Timestamp | null;
}

/** Id of the payment notice. */
export type PaymentNoticeId = string;

export interface PaymentNoticePage {
  items: Array<PaymentNotice>;
  nextCursor: string | null;
}

export interface PaymentPage {
  items: Array<Payment>;
  nextCursor: string | null;
}

export interface PaymentProvider {
  id: PaymentProviderId;
  kind: "sandbox" | "stripe";
  name: string;
  /** It takes payments and cards when nobody is named. */ preferred: boolean;
  /** As its keys say. Null: it has none. */ mode: "test" | "live" | null;
  publishableKey: string | null;
  /** What the provider calls the account, once its keys were looked at. */ account: string | null;
  hasWebhookSecret: boolean;
  /** What the provider calls when something happens. */ webhookUrl: string;
  /** What it is to tell. */ webhookEvents: Array<string>;
  /** When somebody looked last whether its keys are right. Null: it is under way. */ checkedAt: Timestamp | null;
  checkFailure: string | null;
  createdAt: Timestamp;
}

/** Id of the payment provider. */
export type PaymentProviderId = string;

export interface PaymentProviderList {
  items: Array<PaymentProvider>;
}

export interface PaymentQuote {
  currency: Currency;
  /** What it costs, before it is rounded to what can be paid. */ price: Amount;
  /** Of invoices that a wallet pays: what leaves the wallet. */ net: Amount;
  /** Of invoices that a wallet pays: what was prepaid on that, and is deducted. */ vat: Amount;
  gross: Amount;
  tax: { category: string; /** A percentage. */ percent: string; reason: string };
  method: "card" | "wallet" | "company_wallet" | "manual";
  gets: { /** What the wallet gains. */ amount: Amount | null; /** The data that the SIM gains. */ bytes: Bytes | null; /** Until when; null: its days count from the first usage on. */ validUntil: Timestamp | null; /** What the organization gives with it. */ bonus: { amount: Amount; expiresAt: Timestamp | null } | null };
}

export interface PaymentSettings {
  onDispute: "tell" | "block";
}

export interface Payout {
  id: PayoutId;
  creditNote: InvoiceId;
  company: CompanyId;
  amount: Amount;
  currency: Currency;
  reason: string;
  at: Timestamp;
  madeBy: string;
}

/** Id of the payout. */
export type PayoutId = string;

export interface PayoutPage {
  items: Array<Payout>;
  nextCursor: string | null;
}

/** Id of the period. */
export type PeriodId = string;

export interface PermissionList {
  items: Array<{ name: PermissionName; label: string }>;
}

/** group.object.action, or * for everything. */
export type PermissionName = string;

export interface PlaceHold {
  amount: Amount;
  reason: string;
  /** In a week, unless given; within a year. */ until?: Timestamp;
}

export interface PlaceUnrated {
  ids: Array<UsageId>;
}

export interface Plan {
  id: PlanId;
  name: string;
  /** The name follows the terms, because nobody wrote one. */ namedByUs: boolean;
  type: "prepaid" | "monthly_bundle" | "pay_per_mb" | "unlimited" | "static_pool" | "dynamic_pool" | "paygo" | "super_sim";
  description: string;
  labels: Array<string>;
  /** For its lines only; null: for those of any. */ telecom: { id: TelecomId; name: string } | null;
  /** For chosen companies only; false: also for companies to come. */ designated: boolean;
  /** Those of a designated plan, as far as the caller sees them. */ companies: Array<{ id: CompanyId; name: string }>;
  /** The plan of fleets that name none. */ superSimDefault: boolean;
  /** Lines on this plan now. */ sims: number;
  /** The latest one, which new lines get. */ version: PlanVersion;
  createdAt: Timestamp;
  archivedAt: Timestamp | null;
}

/** CSV with a column iccid, of ICCIDs or of ids of SIMs; other columns are passed over. */
export type PlanAssignmentFile = string;

export interface PlanAssignmentPreview {
  /** SIMs that were asked for, or match. */ matching: number;
  /** Of those, the ones looked at: 1000 at most. */ looked: number;
  effects: Array<{ effect: "ready" | "active" | "changes_now" | "ends_now" | "waits" | "same"; sims: number }>;
  refusals: Array<{ code: string; message: string; sims: number }>;
  /** Due at once, given back at once, and due when a period ends. */ costs: Array<{ currency: Currency; due: Amount; returned: Amount; later: Amount }>;
  sims: Array<{ /** As it was asked for. */ name: string; sim: SimId | null; iccid: string | null; /** ready: waits for its first usage; active: becomes active; changes_now; ends_now; waits: until its period ends; same: nothing changes. Null: refused. */ effect: "ready" | "active" | "changes_now" | "ends_now" | "waits" | "same" | null; code: string | null; message: string | null; /** From when on it counts. */ from: Timestamp | null; costs: Array<{ kind: "recurring" | "activation" | "adjustment"; /** Below zero: given back. */ amount: Amount; currency: Currency; /** The part of a period that it is for; null: the whole. */ days: number | null; wholeDays: number | null; at: Timestamp; reason: string | null }>; /** Of the first period on the plan. */ allowanceBytes: Bytes | null; /** Left of a prepaid balance, and lost by it. */ lapsesBytes: Bytes }>;
}

/** Id of the plan change. */
export type PlanChangeId = string;

/** Id of the plan. */
export type PlanId = string;

export interface PlanPage {
  items: Array<Plan>;
  nextCursor: string | null;
}

export interface PlanStep {
  /** What the SIM was on from one instant to another, or a change that was to wait for the end of a period. */ kind: "assignment" | "change";
  id: string;
  state: "current" | "ended" | "waiting" | "done" | "cancelled" | "refused";
  /** Null: the plan was to end. */ plan: { id: PlanId; name: string; version: number } | null;
  pool: { id: PoolId; name: string } | null;
  /** When it began, or was asked for. */ at: Timestamp;
  /** When it ended, or was settled. */ endedAt: Timestamp | null;
  by: string;
  /** Why a change did not happen. */ reason: string;
}

export interface PlanStepPage {
  items: Array<PlanStep>;
  nextCursor: string | null;
}

export interface PlanVersion {
  id: PlanVersionId;
  version: number;
  currency: Currency;
  /** The recurring fee of one active period. */ fee: Amount;
  /** Charged once per line and account; of pools, at each joining. */ activationFee: Amount;
  /** Of data wherever no zone has a rate. */ pricePerMb: Price | null;
  /** Graduated price; it replaces pricePerMb. */ tiers: Array<{ upToMb: Count | null; pricePerMb: Price }> | null;
  /** The total of a period is rounded up to this step. */ incrementBytes: Bytes | null;
  /** By zone, of messages and calls, of other price models. */ rates: Array<Rate>;
  /** Of a message wherever no zone has a rate. */ smsPrice: Price | null;
  /** Of a minute of calls wherever no zone has a rate. */ voicePrice: Price | null;
  /** null: calls are rated by the second. */ voiceIncrementSeconds: number | null;
  allowanceMb: Count | null;
  overageSizeMb: Count | null;
  /** Price of one block of overage; every started block counts. */ overagePrice: Amount | null;
  dataLimitMb: Count | null;
  prorated: boolean;
  billingStart: "assignment" | "first_usage";
  paymentType: "pre_billing" | "advanced_billing" | "post_billing" | "manual";
  readyExitBytes: Bytes | null;
  readyExitCommands: number | null;
  readyExitMonths: number | null;
  /** Prepaid: a balance is valid for so many days. */ validityDays: number | null;
  /** Which lines pay the recurring fee of a pay-per-MB plan. */ recurringScope: "all" | "active";
  /** Unlimited: from here on use is no longer fair. */ fairUseMb: Count | null;
  throttleKbps: number | null;
  /** What a prepaid plan sells. */ refills: Array<{ id: string; mb: Count; price: Amount }>;
  /** The zones of the rates as they were when this version was saved. */ zones: Array<{ id: ZoneId; name: string; countries: Array<string>; networks: Array<string>; /** The zone of today has other places, or is archived. */ changed: boolean }>;
  /** One MB of this version is this number squared, in bytes. */ unitBase: 1000 | 1024;
  createdAt: Timestamp;
}

/** Id of the plan version. */
export type PlanVersionId = string;

export interface PlanVersionPage {
  items: Array<PlanVersion>;
  nextCursor: string | null;
}

export interface PlatformAsk {
  work: string;
}

export interface PlatformAsked {
  work: string;
}

export interface PlatformCheck {
  name: string;
  state: "ok" | "degraded" | "failing";
  /** In words, for people. */ reason: string;
  since: Timestamp;
  /** Its failure makes a process not ready. */ needed: boolean;
}

export interface PlatformError {
  at: string;
  message: string;
  error: string | null;
  requestId: string | null;
}

export interface PlatformLoop {
  name: string;
  everyMs: number;
  runs: number;
  failures: number;
  running: boolean;
  lastStartedAt: string | null;
  lastMs: number | null;
  lastFailedAt: string | null;
  lastError: string | null;
}

export interface PlatformNas {
  name: string;
  accepted: number;
  rejected: number;
  repeated: number;
  failed: number;
  /** Packets by why they were dropped. */ dropped: Record<string, number>;
  lastSeenAt: string;
}

export interface PlatformOrganizations {
  items: Array<{ id: OrganizationId; name: string; currency: Currency; sandbox: boolean; createdAt: Timestamp; sims: Count; /** Of the last 30 days on its own clock. */ bytes: Bytes; lastUsageAt: Timestamp | null }>;
}

export interface PlatformProcess {
  id: string;
  role: "all" | "api" | "worker" | "radius";
  host: string;
  pid: number;
  version: string;
  /** gone: it fell silent unannounced. */ state: "running" | "draining" | "ended" | "gone";
  startedAt: Timestamp;
  seenAt: Timestamp;
  /** Charging shards it holds, as the database sees it. */ shards: Array<number>;
  memoryBytes: Bytes;
  eventLoopMs: number;
  streams: number;
  requests: number;
  poolSize: number;
  poolWaiting: number;
  loops: Array<PlatformLoop>;
  /** What it can be asked to do now. */ works: Array<string>;
  nases: Array<PlatformNas>;
  errors: Array<PlatformError>;
  /** One each ten seconds, for a quarter of an hour. */ samples: Array<PlatformSample>;
}

export interface PlatformRun {
  id: string;
  name: string;
  startedAt: Timestamp;
  endedAt: Timestamp | null;
  outcome: "running" | "done" | "failed" | "abandoned";
  detail: Record<string, unknown>;
}

export interface PlatformSample {
  at: string;
  waiting: number;
  stored: number;
  lagMs: number;
  charged: number;
  packets: number;
  unplacedEvents: number;
}

export interface PlatformStatus {
  version: string;
  /** The real time; no sandbox moves it. */ now: Timestamp;
  ready: boolean;
  checks: Array<PlatformCheck>;
  processes: Array<PlatformProcess>;
  backlog: { arrivals: Count; waiting: Count; unrated: Count; quarantined: Count; unplacedEvents: Count; unreactedEvents: Count; missedReactions: Count };
  runs: Array<PlatformRun>;
}

export interface PlatformStorage {
  server: { version: string; bytes: Bytes; connections: number };
  tables: Array<{ name: string; partitionOf: string | null; bytes: Bytes; rows: Count }>;
  migrations: Array<{ name: string; appliedAt: Timestamp }>;
}

export interface Pool {
  id: PoolId;
  name: string;
  type: "static" | "dynamic";
  /** Null: the organization’s own. */ company: { id: CompanyId; name: string } | null;
  currency: Currency;
  /** Its months are calendar months of this zone. */ timeZone: TimeZone;
  dataLimitBytes: Bytes | null;
  labels: Array<string>;
  note: string;
  members: number;
  /** The latest ones, which its next month is on. */ terms: PoolTerms;
  /** The running one; null: none runs any more. */ month: PoolMonth | null;
  /** Null: nothing was used in the last seven days. */ forecast: PoolForecast | null;
  createdAt: Timestamp;
  archivedAt: Timestamp | null;
}

export interface PoolBurnDown {
  timeZone: TimeZone;
  startsAt: Timestamp;
  endsAt: Timestamp;
  /** The beginnings of the local days of the month, and now. */ points: Array<{ at: Timestamp; /** Until then; null: it is to come. */ usedBytes: Bytes | null; leftBytes: Bytes | null; forecastLeftBytes: Bytes | null; /** At the pace of the quietest day. */ slowLeftBytes: Bytes | null; /** At the pace of the busiest day. */ fastLeftBytes: Bytes | null }>;
}

export interface PoolForecast {
  /** The hours that the pace is taken from: seven days, or less of a young pool. */ basisHours: number;
  bytesPerDay: Bytes;
  /** The quietest of the days that count. */ slowBytesPerDay: Bytes;
  /** The busiest of the days that count. */ fastBytesPerDay: Bytes;
  /** Null: it lasts to the end of the month, or is used up already. */ exhaustedAt: Timestamp | null;
  earliestAt: Timestamp | null;
  latestAt: Timestamp | null;
  usedAtEndBytes: Bytes;
  /** What overage comes to by the end of the month. */ chargeAtEnd: Amount;
}

/** Id of the pool. */
export type PoolId = string;

export interface PoolMember {
  sim: { id: SimId; iccid: string; uniqueName: string | null; status: ShownStatus };
  plan: { id: PlanId; name: string };
  joinedAt: Timestamp;
  leftAt: Timestamp | null;
  /** Of the pool in its running month. */ usedBytes: Bytes;
  /** Percent of what the pool used in it. */ share: string | null;
  /** What it brought to the running month of a dynamic pool. */ contribution: { allowanceBytes: Bytes; fee: Amount } | null;
}

export interface PoolMemberPage {
  items: Array<PoolMember>;
  nextCursor: string | null;
}

export interface PoolMembersResult {
  results: Array<{ sim: SimId | null; iccid: string | null; outcome: "done" | "refused"; code: string | null; message: string | null }>;
}

export interface PoolMonth {
  id: PoolPeriodId;
  state: "open" | "closed";
  startsAt: Timestamp;
  /** Half-open. */ endsAt: Timestamp;
  /** Started days until the month ends; 0 once it is closed. */ daysLeft: number;
  /** The version of the terms that this month began with. */ termsVersion: number;
  currency: Currency;
  /** The balance: the pool’s own, or what its members brought. */ allowanceBytes: Bytes;
  usedBytes: Bytes;
  leftBytes: Bytes;
  overageBytes: Bytes;
  /** Started blocks beyond the balance; 0 where overage is free. */ overageBlocks: Count;
  overageSizeBytes: Bytes | null;
  /** What counts for the data limit: without late usage. */ limitUsedBytes: Bytes;
  limitReached: boolean;
  /** Members that brought a balance to a dynamic pool this month. */ contributions: number;
  /** The fee of a static pool, or the fees of the members of a dynamic one. */ fees: Amount;
  activationFees: Amount;
  /** Of overage. */ charge: Amount;
  /** Fees and overage so far. */ total: Amount;
}

export interface PoolMonthPage {
  items: Array<PoolMonth>;
  nextCursor: string | null;
}

export interface PoolPage {
  items: Array<Pool>;
  nextCursor: string | null;
}

/** Id of the pool period. */
export type PoolPeriodId = string;

export interface PoolTerms {
  id: PoolVersionId;
  version: number;
  currency: Currency;
  /** The balance of a month; null for a dynamic pool. */ allowanceMb: Count | null;
  /** The price of a month; null for a dynamic pool. */ fee: Amount | null;
  overageSizeMb: Count | null;
  /** Price of one block of overage; every started block counts. */ overagePrice: Amount | null;
  paymentType: "pre_billing" | "advanced_billing" | "post_billing" | "manual";
  /** One MB of these terms is this number squared, in bytes. */ unitBase: 1000 | 1024;
  createdAt: Timestamp;
}

export interface PoolTermsPage {
  items: Array<PoolTerms>;
  nextCursor: string | null;
}

/** Id of the pool version. */
export type PoolVersionId = string;

export interface PreBill {
  id: PreBillId;
  number: string;
  company: { id: CompanyId; name: string };
  /** cycle: a month that is over. advance: fixed fees of a month to come or just begun. manual: somebody asked. */ kind: "cycle" | "advance" | "manual";
  state: "pending" | "approved" | "rejected";
  currency: Currency;
  periodFrom: string | null;
  periodUntil: string;
  items: number;
  /** What was collected, each item rounded. */ collected: Amount;
  /** With what staff wrote; without VAT. */ net: Amount;
  note: string;
  buyerReference: string;
  version: number;
  operation: OperationId | null;
  reason: string;
  createdAt: Timestamp;
  collectedAt: Timestamp;
  settledAt: Timestamp | null;
  settledBy: string | null;
}

export interface PreBillDetail {
  id: PreBillId;
  number: string;
  company: { id: CompanyId; name: string };
  /** cycle: a month that is over. advance: fixed fees of a month to come or just begun. manual: somebody asked. */ kind: "cycle" | "advance" | "manual";
  state: "pending" | "approved" | "rejected";
  currency: Currency;
  periodFrom: string | null;
  periodUntil: string;
  items: number;
  /** What was collected, each item rounded. */ collected: Amount;
  /** With what staff wrote; without VAT. */ net: Amount;
  note: string;
  buyerReference: string;
  version: number;
  operation: OperationId | null;
  reason: string;
  createdAt: Timestamp;
  collectedAt: Timestamp;
  settledAt: Timestamp | null;
  settledBy: string | null;
  edits: Array<{ kind: "line"; name: string; quantity?: string; /** Without VAT. A credit has a quantity below zero. */ unitPrice: Amount } | { kind: "discount"; name: string; /** Of what was collected; or `amount`. */ percent?: string; /** What it takes off, without VAT. */ amount?: Amount }>;
  kinds: Array<{ kind: "recurring" | "activation" | "usage" | "overage" | "sms" | "voice" | "pool_fee" | "pool_overage" | "adjustment" | "credit" | "line" | "discount"; items: number; net: Amount }>;
  /** As it would be today. */ tax: { category: string; percent: string };
  vat: Amount;
  gross: Amount;
  /** Pending: what an electronic invoice of it would lack if it were approved now. */ lacking: Array<string>;
}

/** Id of the pre bill. */
export type PreBillId = string;

export interface PreBillList {
  items: Array<PreBill>;
}

export interface PreBillPage {
  items: Array<PreBill>;
  nextCursor: string | null;
}

export interface PreBillStatistics {
  pending: number;
  approved: number;
  rejected: number;
  companies: number;
  /** Bill cycles: months that pre-bills are for. */ months: number;
}

export interface Preset {
  id: PresetId;
  kind: "plan" | "pool";
  name: string;
  /** Fields of the wizard, as it filled them in. */ form: Record<string, unknown>;
  createdAt: Timestamp;
  createdBy: string;
}

/** Id of the preset. */
export type PresetId = string;

export interface PresetPage {
  items: Array<Preset>;
  nextCursor: string | null;
}

export interface PreviewPlanAssignment {
  /** Null: their plan ends. */ plan: PlanId | null;
  /** For plans that share one. */ pool?: PoolId | null;
  /** A running period is cut now, or kept to its end. A line without one changes at once. */ effective: "now" | "next_period";
  /** Ids or ICCIDs. */ sims?: Array<string>;
  /** Instead of sims: all that match, as the list of SIMs. */ filter?: SimFilter;
}

export interface PreviewReminder {
  /** Which step. */ days: number;
  language?: "en" | "de";
  /** As they would be; else as they are. */ steps?: Array<ReminderStep>;
}

/** A unit price in major units, as a decimal string. */
export type Price = string;

/** A price of a service, in a zone. flat: once a period, as soon as anything was used. per_unit: each MB, message or minute. graduated: each slice of the total at its own price. volume: the whole total at the price of the step it reaches. package: every started package counts. */
export type Rate = { /** Prices are per MB, message or minute; sizes and bounds of steps are in the same. */ service: "data" | "sms" | "voice"; /** null: wherever no zone has a rate. */ zone: ZoneId | null; model: "flat"; amount: Amount } | { /** Prices are per MB, message or minute; sizes and bounds of steps are in the same. */ service: "data" | "sms" | "voice"; /** null: wherever no zone has a rate. */ zone: ZoneId | null; model: "per_unit"; price: Price; /** The total of a period is rounded up to a multiple of so many bytes, messages or seconds. */ increment: Count | null } | { /** Prices are per MB, message or minute; sizes and bounds of steps are in the same. */ service: "data" | "sms" | "voice"; /** null: wherever no zone has a rate. */ zone: ZoneId | null; model: "graduated"; steps: Array<{ upTo: Count | null; price: Price }>; /** The total of a period is rounded up to a multiple of so many bytes, messages or seconds. */ increment: Count | null } | { /** Prices are per MB, message or minute; sizes and bounds of steps are in the same. */ service: "data" | "sms" | "voice"; /** null: wherever no zone has a rate. */ zone: ZoneId | null; model: "volume"; steps: Array<{ upTo: Count | null; price: Price }>; /** The total of a period is rounded up to a multiple of so many bytes, messages or seconds. */ increment: Count | null } | { /** Prices are per MB, message or minute; sizes and bounds of steps are in the same. */ service: "data" | "sms" | "voice"; /** null: wherever no zone has a rate. */ zone: ZoneId | null; model: "package"; size: Count; price: Amount };

export interface Receipt {
  /** The payment that it is of, where it is of one. */ payment: PaymentId | null;
  /** The credit note that it is of, where it is of one: of a bill below zero. */ creditNote: { id: InvoiceId; number: string } | null;
  company: CompanyId;
  currency: Currency;
  gross: Amount;
  /** What of it went back. */ refunded: Amount;
  allocated: Amount;
  /** What is left of it: credit on account. */ credit: Amount;
  at: Timestamp;
}

export interface ReceiptPage {
  items: Array<Receipt>;
  nextCursor: string | null;
}

export interface Receivable {
  account: { id: string; name: string };
  currency: Currency;
  /** Documents that are open. */ invoices: number;
  /** Not due yet. */ current: Amount;
  /** Due for 1 to 30 days. */ days30: Amount;
  /** Due for 31 to 60 days. */ days60: Amount;
  /** Due for 61 to 90 days. */ days90: Amount;
  /** Due for more than 90 days. */ older: Amount;
  /** Credit on account: money and credit notes that paid no invoice yet, taken off the total. */ credits: Amount;
  total: Amount;
}

export interface ReceivablePage {
  items: Array<Receivable>;
  nextCursor: string | null;
}

export interface RecordTaxCheck {
  valid: boolean;
  /** What proves it: a consultation number, a document. */ reference?: string;
}

export interface Refill {
  id: RefillId;
  option: string;
  amountBytes: Bytes;
  price: Amount;
  currency: Currency;
  plan: { id: PlanId; name: string; version: number };
  /** The billing period that it was added to. */ period: PeriodId;
  /** Null: its days count from the first usage on. */ validUntil: Timestamp | null;
  at: Timestamp;
  grantedBy: string;
  note: string;
}

export interface RefillAmounts {
  currency: Currency;
  /** What a refill offers to choose from, without VAT. */ presets: Array<Amount>;
  minimum: Amount;
  maximum: Amount;
  bonuses: Array<{ /** Whoever refills with this much or more … */ from: Amount; /** … is given this much; of several the largest step that is reached. */ bonus: Amount }>;
  /** Days until a bonus expires; null: never. */ bonusDays: number | null;
}

export interface RefillAmountsList {
  items: Array<RefillAmounts>;
}

/** Id of the refill. */
export type RefillId = string;

export interface RefillPage {
  items: Array<Refill>;
  nextCursor: string | null;
}

export interface Refund {
  id: RefundId;
  payment: PaymentId;
  /** created: the provider will be asked at once. pending: nobody knows yet. succeeded and failed are over; what failed is given back by new transfers. */ state: "created" | "pending" | "succeeded" | "failed";
  currency: Currency;
  /** What goes back: net and VAT. */ amount: Amount;
  net: Amount;
  vat: Amount;
  /** False: its payment was undelivered, whose money stands at the provider and in no ledger account. */ posted: boolean;
  reason: string;
  failure: { code: string; message: string } | null;
  /** What the provider calls it. */ reference: string | null;
  /** Nobody can tell what became of it, and it is looked up no more. */ unansweredSince: Timestamp | null;
  createdAt: Timestamp;
  settledAt: Timestamp | null;
  madeBy: string;
}

/** Id of the refund. */
export type RefundId = string;

export interface RefundPage {
  items: Array<Refund>;
  nextCursor: string | null;
}

export interface Refusal {
  error: { /** Stable, for programs. */ code: string; /** For people. */ message: string; /** Path of the offending field. */ field?: string; /** The form that would have been accepted. */ expected?: string; details?: Record<string, unknown>; requestId: string };
}

export interface RegisterSim {
  iccid: string;
  registrationCode: string;
  company?: CompanyId | null;
}

export interface RegistrationCode {
  registrationCode: string;
}

export interface RejectPreBill {
  reason: string;
}

export interface RejectedUsageRecord {
  id: UsageId;
  source: string;
  recordId: string;
  code: string;
  field: string | null;
  message: string;
  /** The record as it came, cut at 4,000 characters. */ body: string;
  rejectedAt: Timestamp;
}

export interface RejectedUsageRecordPage {
  items: Array<RejectedUsageRecord>;
  nextCursor: string | null;
}

export interface ReminderPause {
  /** Id of the company or of the invoice. */ about: string;
  company: CompanyId;
  disputed: boolean;
  reason: string;
  until: Timestamp | null;
  setAt: Timestamp;
  setBy: string;
}

export interface ReminderPausePage {
  items: Array<ReminderPause>;
  nextCursor: string | null;
}

export interface ReminderPreview {
  subject: string;
  text: string;
  html: string;
}

export interface ReminderSettings {
  account: string;
  /** Invoices and credit notes are mailed as they are issued. */ invoices: boolean;
  /** A receipt after a payment by card or by hand. */ receipts: boolean;
  /** Reminders of invoices that are not paid, by the steps. */ overdue: boolean;
  /** Holders of prepaid SIMs are told ten and five days before what they have lapses. */ prepaid: boolean;
  steps: Array<{ days: number; action: "letter" | "stop"; fee: Amount | null; words: { en?: { subject: string; text: string } } }>;
  /** Of the fees of the steps. Invoices in another currency bear none. */ feesIn: Currency;
  /** What this account has said itself; null: what applies to all. */ own: { invoices: boolean | null; receipts: boolean | null; overdue: boolean | null; prepaid: boolean | null; steps: Array<{ days: number; action: "letter" | "stop"; fee: Amount | null; words: { en?: { subject: string; text: string } } }> | null };
}

export interface ReminderStep {
  /** After the day on which the invoice is due; below zero: before it. */ days: number;
  /** stop: nothing more is sent, and invoice.reminders_ended tells so. */ action?: "letter" | "stop";
  /** What the letter costs the company: an invoice of its own, without VAT. */ fee?: Amount | null;
  /** Own words, with {company}, {number}, {amount}, {due} and {fee}; else ours. */ words?: { en?: { subject: string; text: string }; de?: { subject: string; text: string } };
}

export interface RemovePoolMembers {
  sims?: Array<SimId>;
  iccids?: Array<string>;
  /** What they go on with; without one their plan ends and they are suspended. */ plan?: PlanId;
}

export interface ReplayAsked {
  waiting: number;
}

export interface ReplayUnplaced {
  ids?: Array<MessageId>;
  telecom?: TelecomId;
  /** unknown_sim: no SIM of this telecom has it · unknown_text: it reports of no text that this telecom took · not_one_message: longer than 160 characters, or beyond Latin-1 · key_used: its key names another message · unreadable: see `detail`. */ reason?: "unknown_sim" | "unknown_text" | "not_one_message" | "key_used" | "unreadable";
}

export interface ReplayUnrated {
  ids?: Array<UsageId>;
  reason?: "unknown_sim" | "not_registered" | "not_activated" | "archived" | "no_plan" | "no_period" | "no_rate" | "time_in_future" | "time_in_past" | "impossible_counter" | "fault" | "no_imsi";
}

export interface Rerating {
  /** Null: only looked at. Names the transfers in the ledger. */ id: ReratingId | null;
  periods: number;
  /** Periods that were adjusted, or would be. */ differing: number;
  /** For each currency. */ totals: Array<{ charged: Amount; wouldBe: Amount; difference: Amount; currency: Currency }>;
  /** The 500 that differ most. */ lines: Array<{ sim: { id: SimId; iccid: string }; periods: number; charged: Amount; wouldBe: Amount; difference: Amount; currency: Currency }>;
  linesDiffering: number;
  /** Periods that cannot be rated by the other version, and why. */ refused: Array<{ code: "currency_differs" | "zones_differ" | "no_rate"; message: string; periods: number }>;
}

/** Id of the rerating. */
export type ReratingId = string;

export interface RevenueMonths {
  items: Array<{ month: string; currency: Currency; net: Amount; byType: Array<{ type: "recurring" | "activation" | "usage" | "adjustment" | "refill" | "other"; net: Amount }>; /** What telecoms cost; null where none has a cost. */ cost: Amount | null; margin: Amount | null; /** When it was added up last. */ countedAt: Timestamp | null }>;
}

export interface RevenuePage {
  items: Array<RevenueRow>;
  nextCursor: string | null;
}

export interface RevenueRow {
  month: string;
  /** The type, the plan, the telecom, the company; null: of none. */ group: { id: string; name: string } | null;
  currency: Currency;
  net: Amount;
  /** Used in billing periods that began in this month. */ bytes: string;
  /** Lines with a billing period that began in this month. */ lines: number;
  /** By telecom alone: what it asks for that. */ cost: Amount | null;
  margin: Amount | null;
}

export interface Role {
  id: RoleId;
  name: string;
  permissions: Array<PermissionName>;
  readyMade: boolean;
}

/** Id of the role. */
export type RoleId = string;

export interface RoleList {
  items: Array<Role>;
}

export interface SendIpCommand {
  sim: SimId;
  /** Text or base64, of 1 to 1300 bytes. */ payload: string;
  payloadType?: "text" | "binary";
  /** UDP port of the device. */ devicePort: number;
  /** Called with every change of its status, signed as in the Super SIM API. */ callbackUrl?: string;
  /** POST unless told otherwise. */ callbackMethod?: "GET" | "POST";
}

export interface SendSmsCommand {
  sim: SimId;
  /** 1 to 160 characters of Latin-1: what one message holds. */ payload: string;
  /** Called with every change of its status, signed as in the Super SIM API. */ callbackUrl?: string;
  /** POST unless told otherwise. */ callbackMethod?: "GET" | "POST";
}

export interface Session {
  id: SessionId;
  state: "open" | "closed" | "stale";
  startedAt: Timestamp;
  lastEventAt: Timestamp;
  endedAt: Timestamp | null;
  plmn: string | null;
  networkName: string | null;
  country: string | null;
  rat: string | null;
  apn: string | null;
  framedIp: string | null;
  imei: string | null;
  bytesUp: Bytes;
  bytesDown: Bytes;
  /** Acct-Terminate-Cause, RFC 2866 section 5.10. */ terminateCause: number | null;
  terminateText: string | null;
  /** How often the counters of the network started again. */ epoch: number;
}

/** Id of the session. */
export type SessionId = string;

export interface SessionOfSim {
  id: SessionId;
  state: "open" | "closed" | "stale";
  startedAt: Timestamp;
  lastEventAt: Timestamp;
  endedAt: Timestamp | null;
  plmn: string | null;
  networkName: string | null;
  country: string | null;
  rat: string | null;
  apn: string | null;
  framedIp: string | null;
  imei: string | null;
  bytesUp: Bytes;
  bytesDown: Bytes;
  /** Acct-Terminate-Cause, RFC 2866 section 5.10. */ terminateCause: number | null;
  terminateText: string | null;
  /** How often the counters of the network started again. */ epoch: number;
  imsi: string | null;
  /** Null: an unknown IMSI. */ sim: { id: SimId; iccid: string } | null;
}

export interface SessionPage {
  items: Array<SessionOfSim>;
  nextCursor: string | null;
}

export interface SetAccountingContact {
  /** Null: it is looked for, and made where it is missing. */ contact: string | null;
}

export interface SetAccountingMapping {
  /** Accounts of revenue by kind of item; “other” for those that are not named. */ items: { /** The code of an account in the books. */ recurring?: string; /** The code of an account in the books. */ activation?: string; /** The code of an account in the books. */ usage?: string; /** The code of an account in the books. */ overage?: string; /** The code of an account in the books. */ sms?: string; /** The code of an account in the books. */ voice?: string; /** The code of an account in the books. */ pool_fee?: string; /** The code of an account in the books. */ pool_overage?: string; /** The code of an account in the books. */ adjustment?: string; /** The code of an account in the books. */ credit?: string; /** The code of an account in the books. */ line?: string; /** The code of an account in the books. */ discount?: string; /** The code of an account in the books. */ other?: string };
  /** What the books call a tax of ours. */ taxes: Array<{ category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O"; percent: string; taxType: string }>;
  /** Accounts that money comes to, by how it was paid. */ payments: { /** The code of an account in the books. */ card?: string; /** The code of an account in the books. */ manual?: string; /** The code of an account in the books. */ wallet?: string; /** The code of an account in the books. */ company_wallet?: string; /** The code of an account in the books. */ other?: string };
  /** Accounts of our ledger, for the journal. */ ledger: { /** The code of an account in the books. */ unbilled?: string; /** The code of an account in the books. */ deferred?: string; /** The code of an account in the books. */ receivable?: string; /** The code of an account in the books. */ wallet?: string; /** The code of an account in the books. */ grant?: string; /** The code of an account in the books. */ usage_revenue?: string; /** The code of an account in the books. */ fee_revenue?: string; /** The code of an account in the books. */ refill_revenue?: string; /** The code of an account in the books. */ other_revenue?: string; /** The code of an account in the books. */ clearing?: string; /** The code of an account in the books. */ dispute?: string; /** The code of an account in the books. */ vat?: string; /** The code of an account in the books. */ rounding?: string };
  /** draft: somebody looks at documents there first; payments wait for that. authorised: they are in the books. */ documents: "draft" | "authorised";
}

export interface SetBillingDetails {
  /** As registered, where that differs from its name. */ legalName: string | null;
  street: string | null;
  street2: string | null;
  city: string | null;
  postalCode: string | null;
  region: string | null;
  countryCode: string | null;
  /** Its number in a trade register. */ registration: string | null;
  /** Where bills go. */ email: Email | null;
  /** Where electronic bills go: a scheme of the Peppol list (EAS) and an id in it. */ endpoint: { scheme: string; id: string } | null;
  /** What it asked to read on its bills (EN 16931 BT-10). */ buyerReference: string | null;
  /** Of its bills; null: that of the account above it. */ language: "en" | "de" | null;
}

export interface SetCarrierCost {
  /** From this month on; this one, unless given. It may be over. */ from?: string;
  /** For a megabyte, as the organization counts it, in its currency. */ perMb?: Price;
  /** For each active line and month. */ perLine?: Amount;
}

export interface SetDocumentLogo {
  /** A PNG or JPEG of at most 256 kB and 2000 pixels either way, in base64. */ image: string;
}

export interface SetDocumentSettings {
  iban: string | null;
  bic: string | null;
  bank: string | null;
  /** At the foot of every page: directors, a court of registration. */ footer: string | null;
}

export interface SetPaymentSettings {
  /** block: the SIM that was refilled, or all SIMs of whose wallet it was, are blocked as by hand; staff lift that. */ onDispute: "tell" | "block";
}

export interface SetRefillAmounts {
  currency: Currency;
  /** What a refill offers to choose from, without VAT. */ presets: Array<Amount>;
  minimum: Amount;
  maximum: Amount;
  bonuses?: Array<{ /** Whoever refills with this much or more … */ from: Amount; /** … is given this much; of several the largest step that is reached. */ bonus: Amount }>;
  /** Days until a bonus expires; null: never. */ bonusDays?: number | null;
}

export interface SetSimAutoRefill {
  /** Less data than this sets it off. */ below: Bytes;
  /** One of the refills of its plan, by its id. */ refill: string;
  /** Who pays, in this order the first that can: the card or wallet of who holds it, or of the company they are of. A wallet is paid for by cards. */ payers: Array<"own_card" | "company_card" | "own_wallet" | "company_wallet">;
  /** Between one refill and the next. */ cooldownMinutes?: number;
  /** Charged on one day at most, VAT within, in the organization’s time zone. 20 charges a day are made at most in any case. */ dailyCap?: Amount | null;
  monthlyCap?: Amount | null;
}

export interface SetSimStatus {
  status: "ready" | "active" | "suspended" | "archived";
  reason?: string;
}

export interface SetTaxNumber {
  country: string;
  number: string;
}

export interface SetTaxRate {
  /** Null: what applies to the account above it. */ category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O" | null;
  /** With category S, and only with it. */ percent?: string;
  /** Today, unless given. The past keeps its rate. */ validFrom?: string;
  /** Why no VAT is asked for, as documents say it. */ reason?: string;
}

export interface SetWalletAutoRefill {
  /** Less money than this sets it off. */ below: Amount;
  /** What comes then, as often as it takes; or else upTo. */ amount?: Amount;
  /** What it is filled up to. */ upTo?: Amount;
  /** Who pays, in this order the first that can: the card or wallet of who holds it, or of the company they are of. A wallet is paid for by cards. */ payers: Array<"own_card" | "company_card" | "own_wallet" | "company_wallet">;
  /** Between one refill and the next. */ cooldownMinutes?: number;
  /** Charged on one day at most, VAT within, in the organization’s time zone. 20 charges a day are made at most in any case. */ dailyCap?: Amount | null;
  monthlyCap?: Amount | null;
}

export interface SetWalletLimit {
  currency: Currency;
  /** Above it somebody else must agree; null: no limit in this currency. */ limit: Amount | null;
}

export interface SetWalletSettings {
  /** When wallets that are opened from now on bear VAT: when they are refilled, or when they are spent. */ vatAt: "refill" | "spending";
}

export interface SettingsPackages {
  items: Array<{ name: string; version: string }>;
}

export interface SettingsUpdate {
  id: SettingsUpdateId;
  sim: SimId;
  iccid: string;
  package: string;
  version: string;
  status: SettingsUpdateStatus;
  failure: string | null;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  completedAt: Timestamp | null;
}

/** Id of the settings update. */
export type SettingsUpdateId = string;

export interface SettingsUpdatePage {
  items: Array<SettingsUpdate>;
  nextCursor: string | null;
}

/** scheduled: it waits for the SIM to come by · in-progress · successful · failed: see failure. */
export type SettingsUpdateStatus = "scheduled" | "in-progress" | "successful" | "failed";

export interface SettingsUpdatesOrdered {
  results: Array<{ sim: SimId; settingsUpdate: SettingsUpdateId | null; code: string | null; message: string | null }>;
}

export interface SettlePayment {
  /** wallet: what came is money in a wallet. refund: it goes back whole. */ as: "wallet" | "refund";
  /** Unless it was to refill a wallet: which one. */ wallet?: WalletId;
  reason: string;
}

export interface SettlePreBills {
  action: "approve" | "reject";
  preBills?: Array<{ id: PreBillId; /** The one that was seen; else whatever is there. */ version?: number }>;
  /** Instead of naming them: all pending ones that match now. */ matching?: { company?: CompanyId; kind?: Array<"cycle" | "advance" | "manual">; operation?: OperationId; from?: Timestamp; to?: Timestamp };
  /** Usage that came since: taken as it is, or the pre-bill is left. */ late?: "accept" | "refuse";
  /** Of rejecting them. */ reason?: string;
}

/** The one word for the state of a SIM, computed from lifecycle, carrier link and blocks. */
export type ShownStatus = "Pending" | "Invalid" | "Active" | "Suspended" | "Not Available" | "Blank" | "Activation Ready" | "Archived";

export interface SignIn {
  email: string;
  password: string;
}

export interface SignInLink {
  for: "end_user" | "look" | "staff";
  organization: string;
  email: Email;
  name: string | null;
}

export interface SignedIn {
  user: { id: string; name: string; email: string };
}

export interface SignedInOrNot {
  user: { id: string; name: string; email: string } | null;
}

export interface Sim {
  id: SimId;
  /** The SIM in the Super SIM API (HS…). */ superSimSid: string;
  iccid: string;
  iccidCheckDigit: "ok" | "wrong" | "absent";
  imsi: string | null;
  msisdn: string | null;
  imei: string | null;
  form: "physical" | "esim";
  uniqueName: string | null;
  status: ShownStatus;
  /** One short sentence: why it is so. */ statusReason: string | null;
  lifecycle: "blank" | "ready" | "active" | "suspended" | "archived";
  blocks: Array<{ reason: "data_limit" | "balance" | "validity" | "fee_unpaid" | "imei" | "rule" | "manual"; openedAt: Timestamp }>;
  /** Null: this telecom cannot tell. */ online: boolean | null;
  telecom: { id: TelecomId; name: string };
  company: { id: CompanyId; name: string } | null;
  fleet: { id: FleetId; name: string } | null;
  plan: { id: PlanId; name: string; type: "prepaid" | "monthly_bundle" | "pay_per_mb" | "unlimited" | "static_pool" | "dynamic_pool" | "paygo" | "super_sim" } | null;
  /** The pool whose data it shares, and what is left of its month. */ pool: { id: PoolId; name: string; allowanceBytes: Bytes; leftBytes: Bytes; daysLeft: number } | null;
  labels: Array<string>;
  note: string;
  registered: boolean;
  /** In the current billing period. */ usedBytes: NetBytes;
  limitBytes: Bytes | null;
  /** Of the allowance, the prepaid balance or the pool; null: the plan has none. */ leftBytes: NetBytes | null;
  /** Started days until the period, or the month of the pool, ends. */ daysLeft: number | null;
  /** In this calendar month. */ monthBytes: NetBytes;
  lastSeenAt: Timestamp | null;
  createdAt: Timestamp;
  eid: string | null;
  imeiSeenAt: Timestamp | null;
  registeredAt: Timestamp | null;
  updatedAt: Timestamp;
  /** The limit of the SIM itself. */ dataLimitBytes: Bytes | null;
  carrier: { connector: "none" | "radius" | "simulated"; link: "none" | "checking" | "ok" | "error"; linkReason: string | null; desired: "active" | "inactive" | "unknown" | null; reported: "active" | "inactive" | "unknown" | null; outstanding: { kind: "set_state" | "disconnect"; want: "active" | "inactive" | null; since: Timestamp; attempts: number } | null };
  blocksDetail: Array<{ id: BlockId; reason: "data_limit" | "balance" | "validity" | "fee_unpaid" | "imei" | "rule" | "manual"; text: string; detail: Record<string, unknown>; openedAt: Timestamp; openedBy: string; /** What lifts it. */ liftedBy: string }>;
  suspension: { reason: string; openedAt: Timestamp; openedBy: string } | null;
  planSince: Timestamp | null;
  /** The change of plan that waits for the end of the period. */ planChange: { id: PlanChangeId; /** Null: the plan ends. */ plan: { id: PlanId; name: string } | null; pool: { id: PoolId; name: string } | null; /** The end of the running period; a refill puts it off. */ at: Timestamp | null; askedAt: Timestamp; askedBy: string } | null;
  /** Whose it is. */ endUser: { id: EndUserId; name: string } | null;
  /** What is left of what was bought, and what can be. */ prepaid: { /** Below zero: used beyond what was bought, and taken from the next refill. */ balanceBytes: NetBytes; /** Null: its days count from the first usage, or the next refill. */ validUntil: Timestamp | null; validityDays: number; refills: Array<{ id: string; amountBytes: Bytes; price: Amount; currency: Currency }> } | null;
  /** The open one, or the last one. */ period: BillingPeriod | null;
  /** The open one, or the last one. */ session: Session | null;
}

export interface SimCounts {
  total: number;
  /** False: there are more than 10000, and a search is counted no further. */ exact: boolean;
  byStatus: Array<{ status: ShownStatus; sims: number }>;
}

/** Header row, then a SIM a row: iccid, imsi, msisdn, eid, activation_code, form, note, labels (a|b), registration_code. */
export type SimCsv = string;

export interface SimFacets {
  status: Array<{ value: ShownStatus; sims: number }>;
  telecom: Array<{ value: TelecomId; sims: number }>;
  company: Array<{ value: CompanyId | null; sims: number }>;
  fleet: Array<{ value: FleetId | null; sims: number }>;
  plan: Array<{ value: PlanId | null; sims: number }>;
  registered: Array<{ value: boolean; sims: number }>;
  blocked: Array<{ value: boolean; sims: number }>;
}

/** CSV, as text/csv or application/octet-stream. A header row with iccid and any of imsi, msisdn, eid, form, note, labels (a|b), registration_code; other columns are passed over. Comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252. */
export type SimFile = string;

export interface SimFilter {
  /** Part of ICCID, IMSI, MSISDN, EID, IMEI or name. */ search?: string;
  ids?: Array<SimId>;
  status?: Array<ShownStatus>;
  telecom?: TelecomId;
  company?: CompanyId;
  /** SIMs of this end user. */ endUser?: EndUserId;
  fleet?: FleetId;
  plan?: PlanId;
  /** Members of this pool. */ pool?: PoolId;
  label?: string;
  online?: boolean;
  registered?: boolean;
  blocked?: boolean;
}

/** Id of the sim. */
export type SimId = string;

export interface SimIntake {
  /** Line of the file, or place in the list from 1 on. */ line: number;
  iccid: string;
  outcome: "added" | "refused";
  id: SimId | null;
  code: string | null;
  message: string | null;
  warnings: Array<string>;
  /** Whoever has it may register the SIM. */ registrationCode: string | null;
}

export interface SimIntakeResult {
  added: number;
  refused: number;
  dryRun: boolean;
  results: Array<SimIntake>;
}

export interface SimPage {
  items: Array<SimRow>;
  nextCursor: string | null;
}

export interface SimRow {
  id: SimId;
  /** The SIM in the Super SIM API (HS…). */ superSimSid: string;
  iccid: string;
  iccidCheckDigit: "ok" | "wrong" | "absent";
  imsi: string | null;
  msisdn: string | null;
  imei: string | null;
  form: "physical" | "esim";
  uniqueName: string | null;
  status: ShownStatus;
  /** One short sentence: why it is so. */ statusReason: string | null;
  lifecycle: "blank" | "ready" | "active" | "suspended" | "archived";
  blocks: Array<{ reason: "data_limit" | "balance" | "validity" | "fee_unpaid" | "imei" | "rule" | "manual"; openedAt: Timestamp }>;
  /** Null: this telecom cannot tell. */ online: boolean | null;
  telecom: { id: TelecomId; name: string };
  company: { id: CompanyId; name: string } | null;
  fleet: { id: FleetId; name: string } | null;
  plan: { id: PlanId; name: string; type: "prepaid" | "monthly_bundle" | "pay_per_mb" | "unlimited" | "static_pool" | "dynamic_pool" | "paygo" | "super_sim" } | null;
  /** The pool whose data it shares, and what is left of its month. */ pool: { id: PoolId; name: string; allowanceBytes: Bytes; leftBytes: Bytes; daysLeft: number } | null;
  labels: Array<string>;
  note: string;
  registered: boolean;
  /** In the current billing period. */ usedBytes: NetBytes;
  limitBytes: Bytes | null;
  /** Of the allowance, the prepaid balance or the pool; null: the plan has none. */ leftBytes: NetBytes | null;
  /** Started days until the period, or the month of the pool, ends. */ daysLeft: number | null;
  /** In this calendar month. */ monthBytes: NetBytes;
  lastSeenAt: Timestamp | null;
  createdAt: Timestamp;
}

export interface SimSessionPage {
  items: Array<Session>;
  nextCursor: string | null;
}

export interface SimUsage {
  unit: "hour" | "day";
  from: Timestamp;
  to: Timestamp;
  timeZone: TimeZone;
  currency: Currency;
  points: Array<{ startsAt: Timestamp; plmn: string | null; networkName: string | null; country: string | null; bytesUp: NetBytes; bytesDown: NetBytes; messages: NetCount; /** Of calls. */ seconds: NetCount; charge: Amount }>;
  totalBytes: NetBytes;
  totalMessages: NetCount;
  totalSeconds: NetCount;
  totalCharge: Amount;
}

export interface SmsCommand {
  id: SmsCommandId;
  sim: { id: SimId; iccid: string; uniqueName: string | null };
  company: CompanyId | null;
  direction: "to_sim" | "from_sim";
  payload: string;
  /** queued: not taken by the telecom yet · sent: taken · delivered: the device has it · received: it came from the device · failed: see `failure`. */ status: "queued" | "sent" | "delivered" | "received" | "failed";
  /** Why it failed, in words. */ failure: string | null;
  callback: { method: "GET" | "POST"; url: string } | null;
  /** How often the telecom was asked about it. */ attempts: number;
  /** When the telecom is asked again; null: no more. */ nextAttemptAt: Timestamp | null;
  /** Until when it is tried. */ expiresAt: Timestamp | null;
  createdAt: Timestamp;
  /** When its status changed last. */ updatedAt: Timestamp;
}

/** Id of the sms command. */
export type SmsCommandId = string;

export interface SmsCommandPage {
  items: Array<SmsCommand>;
  nextCursor: string | null;
}

export interface Staff {
  id: StaffId;
  email: Email;
  name: string;
  role: string;
  roleId: RoleId;
  /** Null: works for the organization. */ companyId: CompanyId | null;
  createdAt: Timestamp;
}

/** Id of the staff. */
export type StaffId = string;

export interface StaffPage {
  items: Array<Staff>;
  nextCursor: string | null;
}

export interface Statement {
  company: string;
  name: string;
  currency: Currency;
  from: string;
  until: string;
  /** What was owed before the first day; below zero, what was paid ahead. */ opening: Amount;
  closing: Amount;
  lines: Array<{ at: Timestamp; kind: "invoice" | "credit_note" | "payment" | "other"; reference: string; /** Id of the invoice, the credit note, the payment, the refund or the payout. */ subject: string | null; /** What is owed more; below zero: less. */ amount: Amount; /** What is owed after it. */ balance: Amount }>;
}

export interface SuperSimCredentials {
  accountSid: AccountSid;
  authToken: string;
}

export interface SuspendSim {
  reason?: string;
}

export interface TakeSimFromStock {
  company?: CompanyId | null;
}

export interface Telecom {
  id: TelecomId;
  name: string;
  connector: "none" | "radius" | "simulated";
  limitMode: "reject" | "walled";
  /** Its connector carries text: `messages` is not asked then. */ carriesText: boolean;
  /** For text to SIMs, where the connector carries none. none: it fails. loopback: it counts as sent, and nobody gets it. */ messages: "none" | "loopback";
  /** Addresses (IPv4) that it gives its devices and that this machine reaches: IP commands go there, and come from there. Empty: it carries none. */ deviceRanges: Array<string>;
  operationsPerSecond: number;
  state: "ok" | "error";
  stateReason: string | null;
  createdAt: Timestamp;
  archivedAt: Timestamp | null;
}

/** Id of the telecom. */
export type TelecomId = string;

export interface TelecomPage {
  items: Array<Telecom>;
  nextCursor: string | null;
}

export interface TestedEventSink {
  delivery: DeliveryId;
}

/** IANA time zone. */
export type TimeZone = string;

export interface TimelineEntry {
  id: string;
  at: Timestamp;
  kind: "status" | "session" | "charge" | "block" | "change" | "carrier" | "usage";
  /** Of the event, or of the change in the audit log. */ name: string;
  title: string;
  detail: Record<string, unknown>;
  actor: string | null;
}

export interface TimelinePage {
  items: Array<TimelineEntry>;
  nextCursor: string | null;
}

/** An instant, RFC 3339. */
export type Timestamp = string;

export interface Transaction {
  id: TransactionId;
  /** When it began. */ at: Timestamp;
  type: "line_refill" | "wallet_refill" | "esim_purchase" | "fee" | "invoice_payment" | "refund" | "adjustment";
  status: "pending" | "failed" | "completed";
  /** What it was for: the ICCID of a SIM, whose wallet, which invoice. Without a name it is not yours to see. */ destination: { kind: "sim" | "pool" | "wallet" | "invoice" | "company" | "order"; id: string | null; name: string | null };
  /** VAT within. Below zero: what went back, or was taken by a correction. */ amount: Amount;
  net: Amount;
  vat: Amount;
  currency: Currency;
  method: "card" | "ideal" | "paypal" | "manual" | "wallet" | "company_wallet" | "sandbox";
  payer: { id: string; name: string } | null;
  company: { id: string; name: string } | null;
  endUser: { id: string; name: string } | null;
  /** The calendar month it began in, in the zone of the organization. */ billingCycle: string;
  labels: Array<string>;
  /** What the provider calls it, or the bank. */ reference: string;
  note: string;
  /** It is paid, and what it was for could not be given. */ undelivered: boolean;
  settledAt: Timestamp | null;
}

export interface TransactionDetail {
  id: TransactionId;
  /** When it began. */ at: Timestamp;
  type: "line_refill" | "wallet_refill" | "esim_purchase" | "fee" | "invoice_payment" | "refund" | "adjustment";
  status: "pending" | "failed" | "completed";
  /** What it was for: the ICCID of a SIM, whose wallet, which invoice. Without a name it is not yours to see. */ destination: { kind: "sim" | "pool" | "wallet" | "invoice" | "company" | "order"; id: string | null; name: string | null };
  /** VAT within. Below zero: what went back, or was taken by a correction. */ amount: Amount;
  net: Amount;
  vat: Amount;
  currency: Currency;
  method: "card" | "ideal" | "paypal" | "manual" | "wallet" | "company_wallet" | "sandbox";
  payer: { id: string; name: string } | null;
  company: { id: string; name: string } | null;
  endUser: { id: string; name: string } | null;
  /** The calendar month it began in, in the zone of the organization. */ billingCycle: string;
  labels: Array<string>;
  /** What the provider calls it, or the bank. */ reference: string;
  note: string;
  /** It is paid, and what it was for could not be given. */ undelivered: boolean;
  settledAt: Timestamp | null;
  /** The payment that it is, or that a refund is of. */ payment: PaymentId | null;
  refund: RefundId | null;
  /** What can be asked of `/explanations/{id}`: where the amount comes from. */ explanation: string | null;
  madeBy: string | null;
  failure: { code: string; message: string } | null;
  tax: { category: string; percent: string; reason: string } | null;
  refunds: Array<{ id: RefundId; amount: Amount; state: string; reason: string; createdAt: Timestamp }>;
  /** What moved in the ledger; a company sees the entries of its own accounts. */ transfers: Array<{ id: TransferId; key: string; kind: string; at: Timestamp; note: string | null; madeBy: string | null; entries: Array<{ /** The kind of the ledger account. */ account: string; accountId: LedgerAccountId; owner: string; amount: Amount; balanceAfter: Amount | null }> }>;
}

/** Id of the transaction. */
export type TransactionId = string;

export interface TransactionPage {
  items: Array<Transaction>;
  nextCursor: string | null;
}

/** Id of the transfer. */
export type TransferId = string;

export interface UndoAllocation {
  reason?: string;
}

/** Bytes in a kilobyte of a plan. */
export type UnitBase = 1000 | 1024;

export interface UnplacedDismissed {
  dismissed: number;
}

export interface UnplacedMessage {
  id: MessageId;
  telecomId: TelecomId;
  key: string;
  kind: "text" | "report" | "unreadable";
  /** The SIM or the text that it names, as it names it. */ about: string;
  /** unknown_sim: no SIM of this telecom has it · unknown_text: it reports of no text that this telecom took · not_one_message: longer than 160 characters, or beyond Latin-1 · key_used: its key names another message · unreadable: see `detail`. */ reason: "unknown_sim" | "unknown_text" | "not_one_message" | "key_used" | "unreadable";
  detail: string;
  /** The message as it came. */ body: string;
  state: "open" | "placed" | "dismissed";
  /** The text that it became, or told of. */ command: SmsCommandId | null;
  receivedAt: Timestamp;
  settledAt: Timestamp | null;
  settledBy: string | null;
}

export interface UnplacedMessagePage {
  items: Array<UnplacedMessage>;
  nextCursor: string | null;
}

export interface UnplacedReplayed {
  placed: number;
  kept: number;
}

export interface UnratedCounts {
  total: number;
  counts: Array<{ reason: "unknown_sim" | "not_registered" | "not_activated" | "archived" | "no_plan" | "no_period" | "no_rate" | "time_in_future" | "time_in_past" | "impossible_counter" | "fault" | "no_imsi"; state: "waiting" | "unrated" | "quarantined" | "charged" | "dismissed"; reasonText: string; rows: number }>;
}

export interface UnratedDismissed {
  dismissed: number;
}

export interface UnratedPlaced {
  waiting: number;
}

export interface UnratedUsage {
  id: UsageId;
  state: "waiting" | "unrated" | "quarantined" | "charged" | "dismissed";
  reason: "unknown_sim" | "not_registered" | "not_activated" | "archived" | "no_plan" | "no_period" | "no_rate" | "time_in_future" | "time_in_past" | "impossible_counter" | "fault" | "no_imsi";
  /** Why it could not be charged, and what to do. */ reasonText: string;
  sim: { id: SimId; iccid: string } | null;
  imsi: string | null;
  service: "data" | "sms" | "voice";
  bytesUp: NetBytes;
  bytesDown: NetBytes;
  messages: NetCount;
  seconds: NetCount;
  plmn: string | null;
  occurredAt: Timestamp;
  receivedAt: Timestamp;
  source: { /** Null for usage that was handed in over HTTP. */ id: NasId | null; name: string };
  attempts: number;
  resolvedAt: Timestamp | null;
  resolvedBy: string | null;
  /** The update as it came. */ raw: unknown;
}

export interface UnratedUsagePage {
  items: Array<UnratedUsage>;
  nextCursor: string | null;
}

export interface UpdateCompany {
  name?: string;
  timeZone?: TimeZone | null;
  email?: Email | null;
}

export interface UpdateEndUser {
  email?: Email;
  name?: string | null;
}

export interface UpdateEventSink {
  /** Takes POST with a JSON array of CloudEvents. */ url?: string;
  /** What it hears of. */ types?: Array<"attachment.accepted" | "attachment.rejected" | "attachment.failed" | "data-session.started" | "data-session.updated" | "data-session.ended" | "data-session.failed">;
  description?: string;
  paused?: boolean;
}

export interface UpdateFleet {
  uniqueName?: string | null;
  plan?: PlanId;
  dataLimitMb?: Count;
  ipCommandsUrl?: string | null;
  ipCommandsMethod?: "GET" | "POST";
  smsCommandsUrl?: string | null;
  smsCommandsMethod?: "GET" | "POST";
  networkAccessProfile?: NetworkAccessProfileId;
}

export interface UpdateNas {
  name?: string;
  sourceRange?: string;
  /** Shared secret of RADIUS. Never shown again. */ secret?: string;
  coaHost?: string;
  coaPort?: number;
  requireMessageAuthenticator?: boolean;
  noGigawords?: boolean;
}

export interface UpdateNetworkAccessProfile {
  uniqueName?: string | null;
  networks?: Array<string>;
}

export interface UpdateOrganization {
  name?: string;
  unitBase?: UnitBase;
  timeZone?: TimeZone;
  lateUsage?: LateUsage;
}

export interface UpdatePlan {
  /** null: named after its terms again. */ name?: string | null;
  description?: string;
  labels?: Array<string>;
  telecom?: TelecomId | null;
  /** For these only; none: a general plan. */ companies?: Array<CompanyId>;
}

export interface UpdatePool {
  name?: string;
  dataLimitBytes?: Bytes | null;
  labels?: Array<string>;
  note?: string;
}

export interface UpdateSim {
  uniqueName?: string | null;
  note?: string;
  labels?: Array<string>;
  company?: CompanyId | null;
  /** Whose it is: an end user of its company. */ endUser?: EndUserId | null;
  fleet?: FleetId | null;
  dataLimitBytes?: Bytes | null;
}

export interface UpdateTelecom {
  name?: string;
  limitMode?: "reject" | "walled";
  /** For text to SIMs, where the connector carries none. none: it fails. loopback: it counts as sent, and nobody gets it. */ messages?: "none" | "loopback";
  /** Addresses (IPv4) that it gives its devices and that this machine reaches: IP commands go there, and come from there. Empty: it carries none. */ deviceRanges?: Array<string>;
  operationsPerSecond?: number;
}

export interface UpdateZone {
  name?: string;
  /** ISO 3166-1 alpha-2. */ countries?: Array<string>;
  /** PLMNs; a network comes before its country. */ networks?: Array<string>;
}

export interface UsageDayTotal {
  sim: { id: SimId; iccid: string };
  source: string;
  day: string;
  /** Of the carrier’s days. */ timeZone: TimeZone;
  service: "data" | "sms" | "voice";
  told: { bytesUp: Bytes; bytesDown: Bytes; messages: Count; seconds: Count };
  /** Of that day now, from every source; what waits to be charged is in it. */ booked: { bytesUp: NetBytes; bytesDown: NetBytes; messages: NetCount; seconds: NetCount };
  /** Told, and not booked; below zero where more is booked. */ difference: { bytesUp: NetBytes; bytesDown: NetBytes; messages: NetCount; seconds: NetCount };
  /** How often a telling has booked something, at least 1. */ revision: number;
  /** What the last telling booked. */ lastBooked: { bytesUp: NetBytes; bytesDown: NetBytes; messages: NetCount; seconds: NetCount };
  toldAt: Timestamp;
}

export interface UsageDayTotalPage {
  items: Array<UsageDayTotal>;
  nextCursor: string | null;
}

/** Id of the usage. */
export type UsageId = string;

export interface UsageRecord {
  id: UsageRecordId;
  occurredAt: Timestamp;
  receivedAt: Timestamp;
  service: "data" | "sms" | "voice";
  bytesUp: NetBytes;
  bytesDown: NetBytes;
  /** Of sms; 0 for the others. */ messages: NetCount;
  /** Of voice; 0 for the others. */ seconds: NetCount;
  plmn: string | null;
  networkName: string | null;
  /** The plan has zones, and the network did not tell which: the default rate served. */ unknownNetwork: boolean;
  /** The network access server, or where the record was handed in from. */ source: string;
  /** What the total of the period costs more by this record. */ charge: Amount;
  currency: Currency;
  /** Came after its period had closed. */ late: boolean;
  periodId: PeriodId;
  /** The month of the pool that its data belongs to. */ poolPeriodId: PoolPeriodId | null;
  sessionId: SessionId | null;
  /** Booked together; names the transfer in the ledger. */ batchId: BatchId;
}

/** Id of the usage record; it asks for its explanation. */
export type UsageRecordId = string;

export interface UsageRecordOfSim {
  id: UsageRecordId;
  occurredAt: Timestamp;
  receivedAt: Timestamp;
  service: "data" | "sms" | "voice";
  bytesUp: NetBytes;
  bytesDown: NetBytes;
  /** Of sms; 0 for the others. */ messages: NetCount;
  /** Of voice; 0 for the others. */ seconds: NetCount;
  plmn: string | null;
  networkName: string | null;
  /** The plan has zones, and the network did not tell which: the default rate served. */ unknownNetwork: boolean;
  /** The network access server, or where the record was handed in from. */ source: string;
  /** What the total of the period costs more by this record. */ charge: Amount;
  currency: Currency;
  /** Came after its period had closed. */ late: boolean;
  periodId: PeriodId;
  /** The month of the pool that its data belongs to. */ poolPeriodId: PoolPeriodId | null;
  sessionId: SessionId | null;
  /** Booked together; names the transfer in the ledger. */ batchId: BatchId;
  sim: { id: SimId; iccid: string };
}

export interface UsageRecordOfSimPage {
  items: Array<UsageRecordOfSim>;
  nextCursor: string | null;
}

export interface UsageRecordPage {
  items: Array<UsageRecord>;
  nextCursor: string | null;
}

export interface UsageRecords {
  records: Array<unknown>;
}

export interface UsageRecordsTaken {
  counts: { charged: number; repeated: number; unrated: number; accepted: number; conflict: number; rejected: number };
  results: Array<{ /** Its place in the request, from 0. */ index: number; id: string; /** charged · repeated: sent before, and not charged again · unrated: kept, see /unrated · accepted: stored, and charged soon · conflict: the id was used with another body · rejected: not taken. */ outcome: "charged" | "repeated" | "unrated" | "accepted" | "conflict" | "rejected"; simId: SimId | null; periodId: PeriodId | null; reason: "unknown_sim" | "not_registered" | "not_activated" | "archived" | "no_plan" | "no_period" | "no_rate" | "time_in_future" | "time_in_past" | "impossible_counter" | "fault" | "no_imsi" | null; code: string | null; field: string | null; message: string | null; /** Sending the same record again can help. */ retry: boolean }>;
}

/** CSV, as text/csv or application/octet-stream. A header row with line (our id, an ICCID, or an IMSI of `telecom`), day, and any of service (data, sms, voice), bytes_up, bytes_down, units (messages or seconds); other columns are passed over. */
export type UsageRestatementFile = string;

export interface UsageRestatements {
  /** Of the carrier’s days. */ timeZone: TimeZone;
  restatements: Array<unknown>;
}

export interface UsageRestatementsTaken {
  counts: { booked: number; equal: number; unrated: number; outdated: number; accepted: number; rejected: number };
  results: Array<{ /** Its place in the request, from 0. */ index: number; /** booked: the difference was charged · equal: the day is booked as told · unrated: the difference is kept, see /unrated · outdated: a later total of this source stands · accepted: stored, and booked soon · rejected: not taken. */ outcome: "booked" | "equal" | "unrated" | "outdated" | "accepted" | "rejected"; simId: SimId | null; periodId: PeriodId | null; difference: { bytesUp: NetBytes; bytesDown: NetBytes; messages: NetCount; seconds: NetCount } | null; charge: Amount | null; currency: Currency | null; reason: "unknown_sim" | "not_registered" | "not_activated" | "archived" | "no_plan" | "no_period" | "no_rate" | "time_in_future" | "time_in_past" | "impossible_counter" | "fault" | "no_imsi" | null; code: string | null; field: string | null; message: string | null; /** Sending the same total again can help. */ retry: boolean }>;
}

export interface UseLink {
  token: string;
}

export interface WaiveDueFee {
  reason: string;
}

export interface Wallet {
  id: WalletId;
  /** The same wallet in the ledger, where a debit is above zero. */ ledgerAccountId: LedgerAccountId;
  owner: { type: "organization" | "company" | "end_user"; id: string; name: string; companyId: CompanyId | null };
  currency: Currency;
  /** What is in it; below zero it is in debt. */ remaining: Amount;
  /** Set aside by holds: debits that may be refused leave it. */ held: Amount;
  /** remaining - held */ available: Amount;
  /** What fees, purchases and refills must leave; below zero is credit. */ floor: Amount;
  /** At its floor or below: the lines that pay from it are blocked. */ atFloor: boolean;
  /** How far it stands below its floor: usage that has happened is booked whatever there is. */ overshoot: Amount;
  /** When its money bears VAT: when it is refilled, or when it is spent. */ vatAt: "refill" | "spending";
  /** Spent on usage since VAT of it was last posted: within a minute. Zero where VAT is paid with the refill. */ untaxed: Amount;
  openedAt: Timestamp;
}

export interface WalletAdjustment {
  id: WalletAdjustmentId;
  wallet: WalletId;
  /** The account whose wallet it is. */ walletOf: string;
  kind: "credit" | "debit" | "grant";
  amount: Amount;
  currency: Currency;
  reason: string;
  /** Of granted money: when what is left of it leaves. */ expiresAt: Timestamp | null;
  state: "pending" | "posted" | "rejected" | "withdrawn" | "expired";
  askedBy: string;
  askedAt: Timestamp;
  /** Asked for until then; null: it was posted at once. */ until: Timestamp | null;
  /** The caller asked for it, so somebody else has to agree. */ own: boolean;
  decidedBy: string | null;
  decidedAt: Timestamp | null;
  note: string;
}

/** Id of the wallet adjustment. */
export type WalletAdjustmentId = string;

export interface WalletAdjustmentPage {
  items: Array<WalletAdjustment>;
  nextCursor: string | null;
  /** How many wait for somebody to agree, counted to a hundred. */ pending: number;
}

export interface WalletAdjustmentWithEffect {
  id: WalletAdjustmentId;
  wallet: WalletId;
  /** The account whose wallet it is. */ walletOf: string;
  kind: "credit" | "debit" | "grant";
  amount: Amount;
  currency: Currency;
  reason: string;
  /** Of granted money: when what is left of it leaves. */ expiresAt: Timestamp | null;
  state: "pending" | "posted" | "rejected" | "withdrawn" | "expired";
  askedBy: string;
  askedAt: Timestamp;
  /** Asked for until then; null: it was posted at once. */ until: Timestamp | null;
  /** The caller asked for it, so somebody else has to agree. */ own: boolean;
  decidedBy: string | null;
  decidedAt: Timestamp | null;
  note: string;
  effect: { /** What the wallet holds now. */ remaining: Amount; /** What it would hold. */ after: Amount; /** Its minimum balance and what is held of it: a debit leaves that. */ kept: Amount; fits: boolean };
}

export interface WalletBalances {
  /** All of it together; below zero it is in debt, and every part is empty. */ remaining: Amount;
  currency: Currency;
  /** In the order of spending. */ balances: Array<{ kind: "granted" | "bonus" | "paid"; /** Null: paid money, which is one sum. */ part: WalletPartId | null; remaining: Amount; priority: number; expiresAt: Timestamp | null; reason: string | null }>;
}

export interface WalletHold {
  id: WalletHoldId;
  wallet: WalletId;
  state: "open" | "captured" | "released" | "expired";
  /** What was set aside. */ amount: Amount;
  /** What was taken of it. */ captured: Amount;
  /** What is set aside now. */ held: Amount;
  currency: Currency;
  reason: string;
  /** Then the rest is free again. */ until: Timestamp;
  madeBy: string;
  createdAt: Timestamp;
  endedAt: Timestamp | null;
}

/** Id of the wallet hold. */
export type WalletHoldId = string;

export interface WalletHoldPage {
  items: Array<WalletHold>;
  nextCursor: string | null;
}

/** Id of the wallet. */
export type WalletId = string;

export interface WalletLimits {
  items: Array<{ currency: Currency; limit: Amount }>;
}

export interface WalletMovement {
  transferId: TransferId;
  at: Timestamp;
  kind: "usage" | "fee" | "adjustment" | "refill" | "payment" | "refund" | "dispute" | "grant" | "expiry" | "invoice" | "credit_note" | "vat";
  description: string;
  /** What somebody wrote beside it. */ note: string | null;
  /** Who moved it by hand. */ madeBy: string | null;
  /** What came is above zero, what went is below. */ amount: Amount;
  /** What was in it afterwards. */ remaining: Amount;
  currency: Currency;
  /** Names what was booked; the same key is booked once. */ key: string;
  /** The SIM it is for, where it is for one. */ sim: { id: SimId; iccid: string } | null;
  /** The fee that it paid; its explanation has the rest. */ fee: FeeId | null;
}

export interface WalletMovementPage {
  items: Array<WalletMovement>;
  nextCursor: string | null;
}

export interface WalletOverview {
  from: Timestamp;
  to: Timestamp;
  currency: Currency;
  starting: Amount;
  /** Paid in, given back, granted, and given by hand. */ credited: Amount;
  spentOnUsage: Amount;
  spentOnFees: Amount;
  /** Of usage and fees, where the wallet bears VAT when it is spent. */ vat: Amount;
  /** Paid for refills, refunded, expired, and taken by hand. */ debited: Amount;
  /** starting + credited - spentOnUsage - spentOnFees - vat - debited */ ending: Amount;
  /** The least that was in it. */ lowest: Amount;
  /** How far usage went past the floor at most, by the floor of today. */ overshoot: Amount;
}

export interface WalletPage {
  items: Array<Wallet>;
  nextCursor: string | null;
}

export interface WalletPart {
  id: WalletPartId;
  kind: "granted" | "bonus";
  /** The lowest is spent first; paid money has 500. */ priority: number;
  expiresAt: Timestamp | null;
  /** What was given. */ amount: Amount;
  spent: Amount;
  /** What left the wallet unspent: expired, or taken back with its refill. */ left: Amount;
  /** amount - spent - left */ remaining: Amount;
  currency: Currency;
  reason: string;
  madeBy: string;
  createdAt: Timestamp;
  closedAt: Timestamp | null;
  closedAs: "spent" | "expired" | "taken" | null;
}

/** Id of the wallet part. */
export type WalletPartId = string;

export interface WalletPartPage {
  items: Array<WalletPart>;
  nextCursor: string | null;
}

export interface WalletSettings {
  /** When wallets that are opened from now on bear VAT: when they are refilled, or when they are spent. */ vatAt: "refill" | "spending";
}

export interface WalletVat {
  wallet: WalletId;
  currency: Currency;
  items: Array<{ /** `2026-11`, in the time zone of the organization. */ month: string; /** Usage and fees. */ net: Amount; /** Posted so far; in whole smallest units when the month is closed. */ vat: Amount; gross: Amount; /** An hour after the month is over; then it has a receipt. */ closedAt: Timestamp | null; lines: Array<{ category: "S" | "Z" | "E" | "AE" | "K" | "G" | "O"; /** `21`, or `7.7`. */ percent: string; net: Amount; vat: Amount; reason: string }> }>;
}

export interface WhatIf {
  sim?: SimId;
  /** Without a SIM and a company: everything you may see. */ company?: CompanyId;
  /** The last days, today among them. */ days: number;
  candidates: Array<{ plan?: PlanId; /** The lines would be its members, and nobody else. */ pool?: PoolId }>;
}

export interface WhatIfResult {
  from: Timestamp;
  to: Timestamp;
  timeZone: TimeZone;
  unit: "day" | "month";
  times: Array<Timestamp>;
  lines: number;
  bytes: Bytes;
  /** What was charged, in each currency; overage is within usage. */ charged: Array<{ currency: Currency; recurring: Amount; usage: Amount; overage: Amount; /** Prepaid: the cheapest that would have been enough. */ refills: Amount; adjustments: Amount; /** What it costs to run: without activation fees. */ total: Amount; /** Falls due once, when a line begins. */ activation: Amount; /** The total, in the order of `times`. */ series: Array<Amount> }>;
  candidates: Array<{ name: string; plan: { id: PlanId; name: string; type: "prepaid" | "monthly_bundle" | "pay_per_mb" | "unlimited" | "static_pool" | "dynamic_pool" | "paygo" | "super_sim"; version: number } | null; pool: { id: PoolId; name: string; type: "static" | "dynamic" } | null; currency: Currency; recurring: Amount; usage: Amount; overage: Amount; /** Prepaid: the cheapest that would have been enough. */ refills: Amount; adjustments: Amount; /** What it costs to run: without activation fees. */ total: Amount; /** Falls due once, when a line begins. */ activation: Amount; /** The total, in the order of `times`. */ series: Array<Amount>; /** That could be rated. */ lines: number; /** What these lines were charged. */ charged: Amount; /** Total less charged: below zero, it would have been cheaper. */ difference: Amount; notRated: Array<{ reason: string; text: string; lines: number }> }>;
}

export interface Zone {
  id: ZoneId;
  name: string;
  /** ISO 3166-1 alpha-2. */ countries: Array<string>;
  networks: Array<{ plmn: string; name: string; country: string | null }>;
  /** Plans on sale whose latest version charges by it. */ plans: number;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  archivedAt: Timestamp | null;
}

/** Id of the zone. */
export type ZoneId = string;

export interface ZonePage {
  items: Array<Zone>;
  nextCursor: string | null;
}

/** Store a card of an account; its holder does the rest on the provider’s page `POST /api/v1/my/payment-methods` → 201 */
export function addMyPaymentMethod(client: Client, input: { body: NewPaymentMethod }, options?: Options): Promise<PaymentMethod> {
  return request(client, { method: 'POST', path: '/api/v1/my/payment-methods', body: input.body }, options);
}

/** Store a card of an account; its holder does the rest on the provider’s page `POST /api/v1/payment-methods` → 201 */
export function addPaymentMethod(client: Client, input: { body: NewPaymentMethod }, options?: Options): Promise<PaymentMethod> {
  return request(client, { method: 'POST', path: '/api/v1/payment-methods', body: input.body }, options);
}

/** Put up to 1,000 SIMs into a pool; one that refuses stops no other `POST /api/v1/pools/{id}/members` → 200 */
export function addPoolMembers(client: Client, input: { /** Id of the pool. */ id: PoolId; body: AddPoolMembers }, options?: Options): Promise<PoolMembersResult> {
  return request(client, { method: 'POST', path: `/api/v1/pools/${encodeURIComponent(input.id)}/members`, body: input.body }, options);
}

/** Add SIMs to the stock of a telecom `POST /api/v1/sims` → 200 */
export function addSims(client: Client, input: { body: AddSims }, options?: Options): Promise<SimIntakeResult> {
  return request(client, { method: 'POST', path: '/api/v1/sims', body: input.body }, options);
}

/** Take the clock of a sandbox organization forward and run what falls due `POST /api/v1/sandbox/clock` → 200 */
export function advanceClock(client: Client, input: { body: AdvanceClock }, options?: Options): Promise<ClockAdvanced> {
  return request(client, { method: 'POST', path: '/api/v1/sandbox/clock', body: input.body }, options);
}

/** Pay an invoice with what is left of a credit note of a bill below zero `POST /api/v1/invoices/{id}/allocations` → 201 */
export function allocateCreditNote(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; body: Allocate }, options?: Options): Promise<Receipt> {
  return request(client, { method: 'POST', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/allocations`, body: input.body }, options);
}

/** Pay an invoice with what is left of a payment `POST /api/v1/payments/{id}/allocations` → 201 */
export function allocatePayment(client: Client, input: { /** Id of the payment. */ id: PaymentId; body: Allocate }, options?: Options): Promise<Receipt> {
  return request(client, { method: 'POST', path: `/api/v1/payments/${encodeURIComponent(input.id)}/allocations`, body: input.body }, options);
}

/** Hand in what somebody brought back from there; it is exchanged within seconds `POST /api/v1/accounting/connection/answer` → 200 */
export function answerAccounting(client: Client, input: { body: AnswerAccounting }, options?: Options): Promise<AccountingConnection> {
  return request(client, { method: 'POST', path: '/api/v1/accounting/connection/answer', body: input.body }, options);
}

/** Apply a notice once more `POST /api/v1/payment-notices/{id}/apply` → 200 */
export function applyPaymentNotice(client: Client, input: { /** Id of the payment notice. */ id: PaymentNoticeId }, options?: Options): Promise<PaymentNotice> {
  return request(client, { method: 'POST', path: `/api/v1/payment-notices/${encodeURIComponent(input.id)}/apply` }, options);
}

/** Make a pre-bill an invoice; below zero, a credit note `POST /api/v1/pre-bills/{id}/approve` → 200 */
export function approvePreBill(client: Client, input: { /** Id of the pre bill. */ id: PreBillId; body: ApprovePreBill }, options?: Options): Promise<Invoice> {
  return request(client, { method: 'POST', path: `/api/v1/pre-bills/${encodeURIComponent(input.id)}/approve`, body: input.body }, options);
}

/** Agree to what somebody else asked for: the money moves `POST /api/v1/wallet-adjustments/{id}/approve` → 200 */
export function approveWalletAdjustment(client: Client, input: { /** Id of the wallet adjustment. */ id: WalletAdjustmentId; body: DecideWalletAdjustment }, options?: Options): Promise<WalletAdjustment> {
  return request(client, { method: 'POST', path: `/api/v1/wallet-adjustments/${encodeURIComponent(input.id)}/approve`, body: input.body }, options);
}

/** Archive a company; what it did stays `DELETE /api/v1/companies/{id}` → 204 */
export function archiveCompany(client: Client, input: { /** Id of the company. */ id: CompanyId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/companies/${encodeURIComponent(input.id)}` }, options);
}

/** Archive an end user; the email is free again `DELETE /api/v1/end-users/{id}` → 204 */
export function archiveEndUser(client: Client, input: { /** Id of the end user. */ id: EndUserId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/end-users/${encodeURIComponent(input.id)}` }, options);
}

/** Archive a plan: no new line gets it, those on it keep it `DELETE /api/v1/plans/{id}` → 204 */
export function archivePlan(client: Client, input: { /** Id of the plan. */ id: PlanId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/plans/${encodeURIComponent(input.id)}` }, options);
}

/** Archive a pool that has no members; its month runs to its end `DELETE /api/v1/pools/{id}` → 204 */
export function archivePool(client: Client, input: { /** Id of the pool. */ id: PoolId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/pools/${encodeURIComponent(input.id)}` }, options);
}

/** Archive a telecom that no SIM uses `DELETE /api/v1/telecoms/{id}` → 204 */
export function archiveTelecom(client: Client, input: { /** Id of the telecom. */ id: TelecomId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}` }, options);
}

/** Archive a zone: no new version of a plan may name it `DELETE /api/v1/zones/{id}` → 204 */
export function archiveZone(client: Client, input: { /** Id of the zone. */ id: ZoneId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/zones/${encodeURIComponent(input.id)}` }, options);
}

/** Ask for a link to sign in as an end user; the answer is the same for every email `POST /api/auth/links` → 202 */
export function askForLink(client: Client, input: { body: AskForLink }, options?: Options): Promise<void> {
  return request(client, { method: 'POST', path: '/api/auth/links', body: input.body }, options);
}

/** Have work of the instance done now instead of when it is due `POST /api/v1/platform/work` → 202 */
export function askForWork(client: Client, input: { body: PlatformAsk }, options?: Options): Promise<PlatformAsked> {
  return request(client, { method: 'POST', path: '/api/v1/platform/work', body: input.body }, options);
}

/** Ask VIES, the register of the European Union, about the VAT number; the answer comes within seconds or hours `POST /api/v1/tax/{account}/number/vies` → 202 */
export function askVies(client: Client, input: { account: CompanyId | EndUserId | OrganizationId }, options?: Options): Promise<AccountTax> {
  return request(client, { method: 'POST', path: `/api/v1/tax/${encodeURIComponent(input.account)}/number/vies` }, options);
}

/** Move money of a wallet by hand: at once up to the limit, above it when somebody else agrees `POST /api/v1/wallets/{id}/adjustments` → 201 */
export function askWalletAdjustment(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: AskWalletAdjustment }, options?: Options): Promise<WalletAdjustment> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/adjustments`, body: input.body }, options);
}

/** Put a SIM on the latest version of a plan, now or when its running period ends `PUT /api/v1/sims/{id}/plan` → 200 */
export function assignPlan(client: Client, input: { /** Id of the sim. */ id: SimId; body: AssignPlan }, options?: Options): Promise<Sim> {
  return request(client, { method: 'PUT', path: `/api/v1/sims/${encodeURIComponent(input.id)}/plan`, body: input.body }, options);
}

/** Run the bills of a month for all accounts that were not billed for it, without waiting for grace days `POST /api/v1/bill-runs` → 202 */
export function beginBillRun(client: Client, input: { body: BeginBillRun }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: '/api/v1/bill-runs', body: input.body }, options);
}

/** Stop the data of a SIM until staff release it `POST /api/v1/sims/{id}/blocks` → 201 */
export function blockSim(client: Client, input: { /** Id of the sim. */ id: SimId; body: BlockSim }, options?: Options): Promise<Sim> {
  return request(client, { method: 'POST', path: `/api/v1/sims/${encodeURIComponent(input.id)}/blocks`, body: input.body }, options);
}

/** Stop an operation; what is done stays done `POST /api/v1/operations/{id}/cancel` → 200 */
export function cancelOperation(client: Client, input: { /** Id of the operation. */ id: OperationId }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: `/api/v1/operations/${encodeURIComponent(input.id)}/cancel` }, options);
}

/** Take back the change of plan that waits for the end of the period `DELETE /api/v1/sims/{id}/plan-change` → 200 */
export function cancelPlanChange(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<Sim> {
  return request(client, { method: 'DELETE', path: `/api/v1/sims/${encodeURIComponent(input.id)}/plan-change` }, options);
}

/** Take what a hold has set aside, or a part of it `POST /api/v1/wallets/{id}/holds/{hold}/capture` → 200 */
export function captureWalletHold(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** Id of the wallet hold. */ hold: WalletHoldId; body: CaptureHold }, options?: Options): Promise<WalletHold> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/holds/${encodeURIComponent(input.hold)}/capture`, body: input.body }, options);
}

/** Choose the books, or from which day on documents are written there `PATCH /api/v1/accounting/connection` → 200 */
export function changeAccounting(client: Client, input: { body: ChangeAccounting }, options?: Options): Promise<AccountingConnection> {
  return request(client, { method: 'PATCH', path: '/api/v1/accounting/connection', body: input.body }, options);
}

/** Change how the numbers of a series are written; they go on counting `PUT /api/v1/bill-series/{kind}` → 200 */
export function changeBillSeries(client: Client, input: { kind: "pre_bill" | "invoice" | "credit_note"; body: ChangeBillSeries }, options?: Options): Promise<BillSeriesList> {
  return request(client, { method: 'PUT', path: `/api/v1/bill-series/${encodeURIComponent(input.kind)}`, body: input.body }, options);
}

/** Change how an account is billed, from its next bill on `PATCH /api/v1/billing-settings/{account}` → 200 */
export function changeBillingSettings(client: Client, input: { account: CompanyId | OrganizationId; body: ChangeBillingSettings }, options?: Options): Promise<BillingSettings> {
  return request(client, { method: 'PATCH', path: `/api/v1/billing-settings/${encodeURIComponent(input.account)}`, body: input.body }, options);
}

/** The language of one’s letters and pages `PATCH /api/v1/my` → 200 */
export function changeMyself(client: Client, input: { body: ChangeMyself }, options?: Options): Promise<EndUserSelf> {
  return request(client, { method: 'PATCH', path: '/api/v1/my', body: input.body }, options);
}

/** Rename a payment provider, prefer it, or give it other keys of the same account `PATCH /api/v1/payment-providers/{id}` → 200 */
export function changePaymentProvider(client: Client, input: { /** Id of the payment provider. */ id: PaymentProviderId; body: ChangePaymentProvider }, options?: Options): Promise<PaymentProvider> {
  return request(client, { method: 'PATCH', path: `/api/v1/payment-providers/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change the terms of a pool from its next month on; absent fields stay as they were `POST /api/v1/pools/{id}/terms` → 201 */
export function changePoolTerms(client: Client, input: { /** Id of the pool. */ id: PoolId; body: ChangePoolTerms }, options?: Options): Promise<Pool> {
  return request(client, { method: 'POST', path: `/api/v1/pools/${encodeURIComponent(input.id)}/terms`, body: input.body }, options);
}

/** Change what an account gets by mail, and the steps of its reminders `PATCH /api/v1/reminder-settings/{account}` → 200 */
export function changeReminderSettings(client: Client, input: { account: CompanyId | OrganizationId; body: ChangeReminderSettings }, options?: Options): Promise<ReminderSettings> {
  return request(client, { method: 'PATCH', path: `/api/v1/reminder-settings/${encodeURIComponent(input.account)}`, body: input.body }, options);
}

/** Change many SIMs at once; one that refuses stops no other `POST /api/v1/sims/bulk` → 200 */
export function changeSims(client: Client, input: { body: ChangeSims }, options?: Options): Promise<BulkResult> {
  return request(client, { method: 'POST', path: '/api/v1/sims/bulk', body: input.body }, options);
}

/** Give somebody another role: nobody gives or takes what they do not have themselves `PATCH /api/v1/staff/{id}` → 200 */
export function changeStaff(client: Client, input: { /** Id of the staff. */ id: StaffId; body: ChangeStaff }, options?: Options): Promise<Staff> {
  return request(client, { method: 'PATCH', path: `/api/v1/staff/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Set the minimum balance of a wallet (a lower one frees the lines that waited for it), and when it bears VAT `PATCH /api/v1/wallets/{id}` → 200 */
export function changeWallet(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: ChangeWallet }, options?: Options): Promise<Wallet> {
  return request(client, { method: 'PATCH', path: `/api/v1/wallets/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Look whether the keys of a payment provider are right; checkedAt says when that is known `POST /api/v1/payment-providers/{id}/check` → 200 */
export function checkPaymentProvider(client: Client, input: { /** Id of the payment provider. */ id: PaymentProviderId }, options?: Options): Promise<PaymentProvider> {
  return request(client, { method: 'POST', path: `/api/v1/payment-providers/${encodeURIComponent(input.id)}/check` }, options);
}

/** Collect all that is charged and over of some companies into pre-bills now, whatever their payment type `POST /api/v1/pre-bills` → 201 */
export function collectPreBills(client: Client, input: { body: CollectPreBills }, options?: Options): Promise<PreBillList> {
  return request(client, { method: 'POST', path: '/api/v1/pre-bills', body: input.body }, options);
}

/** Begin to connect an accounting system: somebody goes to consentUrl, lets us in, and comes back to returnUrl `POST /api/v1/accounting/connection` → 201 */
export function connectAccounting(client: Client, input: { body: ConnectAccounting }, options?: Options): Promise<AccountingConsent> {
  return request(client, { method: 'POST', path: '/api/v1/accounting/connection', body: input.body }, options);
}

/** Connect a payment provider `POST /api/v1/payment-providers` → 201 */
export function connectPaymentProvider(client: Client, input: { body: ConnectPaymentProvider }, options?: Options): Promise<PaymentProvider> {
  return request(client, { method: 'POST', path: '/api/v1/payment-providers', body: input.body }, options);
}

/** How many pre-bills there are: by state, of how many companies and months `GET /api/v1/pre-bill-statistics` → 200 */
export function countPreBills(client: Client, options?: Options): Promise<PreBillStatistics> {
  return request(client, { method: 'GET', path: '/api/v1/pre-bill-statistics' }, options);
}

/** How many SIMs each value of a filter would show beside the other filters; empty for a search, a label or online `GET /api/v1/sims/facets` → 200 */
export function countSimFacets(client: Client, input: { /** Part of ICCID, IMSI, MSISDN, EID, IMEI or name. */ search?: string; ids?: string; status?: string; telecom?: TelecomId; company?: CompanyId; /** SIMs of this end user. */ endUser?: EndUserId; fleet?: FleetId; plan?: PlanId; /** Members of this pool. */ pool?: PoolId; label?: string; online?: string; registered?: string; blocked?: string } = {}, options?: Options): Promise<SimFacets> {
  return request(client, { method: 'GET', path: '/api/v1/sims/facets', query: { search: input.search, ids: input.ids, status: input.status, telecom: input.telecom, company: input.company, endUser: input.endUser, fleet: input.fleet, plan: input.plan, pool: input.pool, label: input.label, online: input.online, registered: input.registered, blocked: input.blocked } }, options);
}

/** How many SIMs match, by shown status `GET /api/v1/sims/counts` → 200 */
export function countSims(client: Client, input: { /** Part of ICCID, IMSI, MSISDN, EID, IMEI or name. */ search?: string; ids?: string; status?: string; telecom?: TelecomId; company?: CompanyId; /** SIMs of this end user. */ endUser?: EndUserId; fleet?: FleetId; plan?: PlanId; /** Members of this pool. */ pool?: PoolId; label?: string; online?: string; registered?: string; blocked?: string } = {}, options?: Options): Promise<SimCounts> {
  return request(client, { method: 'GET', path: '/api/v1/sims/counts', query: { search: input.search, ids: input.ids, status: input.status, telecom: input.telecom, company: input.company, endUser: input.endUser, fleet: input.fleet, plan: input.plan, pool: input.pool, label: input.label, online: input.online, registered: input.registered, blocked: input.blocked } }, options);
}

/** How much usage is not charged, by reason and state `GET /api/v1/unrated/counts` → 200 */
export function countUnrated(client: Client, options?: Options): Promise<UnratedCounts> {
  return request(client, { method: 'GET', path: '/api/v1/unrated/counts' }, options);
}

/** Credit or charge a SIM by hand, beside a billing period `POST /api/v1/adjustments` → 201 */
export function createAdjustment(client: Client, input: { body: CreateAdjustment }, options?: Options): Promise<Adjustment> {
  return request(client, { method: 'POST', path: '/api/v1/adjustments', body: input.body }, options);
}

/** Create an API key; its secret is shown once `POST /api/v1/api-keys` → 201 */
export function createApiKey(client: Client, input: { body: CreateApiKey }, options?: Options): Promise<NewApiKey> {
  return request(client, { method: 'POST', path: '/api/v1/api-keys', body: input.body }, options);
}

/** Create a company `POST /api/v1/companies` → 201 */
export function createCompany(client: Client, input: { body: CreateCompany }, options?: Options): Promise<Company> {
  return request(client, { method: 'POST', path: '/api/v1/companies', body: input.body }, options);
}

/** Take an invoice back, in whole or some of its items, by a credit note `POST /api/v1/invoices/{id}/credit-notes` → 201 */
export function createCreditNote(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; body: CreateCreditNote }, options?: Options): Promise<Invoice> {
  return request(client, { method: 'POST', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/credit-notes`, body: input.body }, options);
}

/** Create an end user of a company `POST /api/v1/end-users` → 201 */
export function createEndUser(client: Client, input: { body: CreateEndUser }, options?: Options): Promise<EndUser> {
  return request(client, { method: 'POST', path: '/api/v1/end-users', body: input.body }, options);
}

/** Reserve an eSIM of the stock and order its profile `POST /api/v1/esim-profiles` → 201 */
export function createEsimProfile(client: Client, input: { body: CreateEsimProfile }, options?: Options): Promise<EsimProfile> {
  return request(client, { method: 'POST', path: '/api/v1/esim-profiles', body: input.body }, options);
}

/** Name an address that hears of connections from now on `POST /api/v1/event-sinks` → 201 */
export function createEventSink(client: Client, input: { body: CreateEventSink }, options?: Options): Promise<EventSink> {
  return request(client, { method: 'POST', path: '/api/v1/event-sinks', body: input.body }, options);
}

/** Create a fleet `POST /api/v1/fleets` → 201 */
export function createFleet(client: Client, input: { body: CreateFleet }, options?: Options): Promise<Fleet> {
  return request(client, { method: 'POST', path: '/api/v1/fleets', body: input.body }, options);
}

/** Pay for a refill of a wallet or of a SIM, or pay invoices: by card, from a wallet, or noted by hand `POST /api/v1/my/payments` → 201 */
export function createMyPayment(client: Client, input: { body: NewPayment }, options?: Options): Promise<Payment> {
  return request(client, { method: 'POST', path: '/api/v1/my/payments', body: input.body }, options);
}

/** Add a network access server `POST /api/v1/telecoms/{id}/nases` → 201 */
export function createNas(client: Client, input: { /** Id of the telecom. */ id: TelecomId; body: CreateNas }, options?: Options): Promise<Nas> {
  return request(client, { method: 'POST', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}/nases`, body: input.body }, options);
}

/** Create a network access profile `POST /api/v1/network-access-profiles` → 201 */
export function createNetworkAccessProfile(client: Client, input: { body: CreateNetworkAccessProfile }, options?: Options): Promise<NetworkAccessProfile> {
  return request(client, { method: 'POST', path: '/api/v1/network-access-profiles', body: input.body }, options);
}

/** Pay for a refill of a wallet or of a SIM, or pay invoices: by card, from a wallet, or noted by hand `POST /api/v1/payments` → 201 */
export function createPayment(client: Client, input: { body: NewPayment }, options?: Options): Promise<Payment> {
  return request(client, { method: 'POST', path: '/api/v1/payments', body: input.body }, options);
}

/** Create a plan with its first version `POST /api/v1/plans` → 201 */
export function createPlan(client: Client, input: { body: CreatePlan }, options?: Options): Promise<Plan> {
  return request(client, { method: 'POST', path: '/api/v1/plans', body: input.body }, options);
}

/** Put up to 10,000 SIMs, or all that match a filter, on a plan, or off theirs, as an operation `POST /api/v1/operations/plan-assignments` → 202 */
export function createPlanAssignment(client: Client, input: { body: BeginPlanAssignment }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: '/api/v1/operations/plan-assignments', body: input.body }, options);
}

/** Put the SIMs of a CSV file on a plan, or off theirs, as an operation `POST /api/v1/operations/plan-assignments/files` → 202 */
export function createPlanAssignmentFromFile(client: Client, input: { /** none: their plan ends. */ plan: PlanId | "none"; pool?: PoolId; /** A running period is cut now, or kept to its end. A line without one changes at once. */ effective: "now" | "next_period"; /** Only look at each SIM; `start` does what can be done. With false it goes on by itself. */ dryRun?: string; /** Name of the file. */ name?: string; body: PlanAssignmentFile }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: '/api/v1/operations/plan-assignments/files', query: { plan: input.plan, pool: input.pool, effective: input.effective, dryRun: input.dryRun, name: input.name }, body: input.body, contentType: 'text/csv' }, options);
}

/** Change the offer: a new version, in which absent fields stay as they were `POST /api/v1/plans/{id}/versions` → 201 */
export function createPlanVersion(client: Client, input: { /** Id of the plan. */ id: PlanId; body: CreatePlanVersion }, options?: Options): Promise<Plan> {
  return request(client, { method: 'POST', path: `/api/v1/plans/${encodeURIComponent(input.id)}/versions`, body: input.body }, options);
}

/** Create a pool; its first month begins at once, that of a static pool at the full fee `POST /api/v1/pools` → 201 */
export function createPool(client: Client, input: { body: CreatePool }, options?: Options): Promise<Pool> {
  return request(client, { method: 'POST', path: '/api/v1/pools', body: input.body }, options);
}

/** Save a configuration under a name `POST /api/v1/presets` → 201 */
export function createPreset(client: Client, input: { body: CreatePreset }, options?: Options): Promise<Preset> {
  return request(client, { method: 'POST', path: '/api/v1/presets', body: input.body }, options);
}

/** Rate the usage of up to 10,000 periods by another plan version, and post the difference beside them `POST /api/v1/reratings` → 200 */
export function createRerating(client: Client, input: { body: CreateRerating }, options?: Options): Promise<Rerating> {
  return request(client, { method: 'POST', path: '/api/v1/reratings', body: input.body }, options);
}

/** Put a settings package of their telecom onto up to 1,000 SIMs, over the air; each has an outcome of its own `POST /api/v1/settings-updates` → 200 */
export function createSettingsUpdates(client: Client, input: { body: CreateSettingsUpdates }, options?: Options): Promise<SettingsUpdatesOrdered> {
  return request(client, { method: 'POST', path: '/api/v1/settings-updates', body: input.body }, options);
}

/** Import SIMs from a CSV file of up to 2 GB, as an operation `POST /api/v1/operations/sim-imports` → 202 */
export function createSimImport(client: Client, input: { /** Id of the telecom. */ telecom: TelecomId; /** Registers the SIMs into the account of this company. */ company?: CompanyId; /** Only check; `start` loads what is good. With false it loads at once. */ dryRun?: string; /** Name of the file. */ name?: string; body: SimFile }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: '/api/v1/operations/sim-imports', query: { telecom: input.telecom, company: input.company, dryRun: input.dryRun, name: input.name }, body: input.body, contentType: 'text/csv' }, options);
}

/** Connect a telecom `POST /api/v1/telecoms` → 201 */
export function createTelecom(client: Client, input: { body: CreateTelecom }, options?: Options): Promise<Telecom> {
  return request(client, { method: 'POST', path: '/api/v1/telecoms', body: input.body }, options);
}

/** Take daily totals of carriers in from a CSV file, as an operation `POST /api/v1/operations/usage-restatements` → 202 */
export function createUsageRestatement(client: Client, input: { /** IANA time zone. */ timeZone: TimeZone; source?: string; /** Whose IMSIs the file names. */ telecom?: TelecomId; /** Only check; `start` books what is good. With false it books at once. */ dryRun?: string; /** Name of the file. */ name?: string; body: UsageRestatementFile }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: '/api/v1/operations/usage-restatements', query: { timeZone: input.timeZone, source: input.source, telecom: input.telecom, dryRun: input.dryRun, name: input.name }, body: input.body, contentType: 'text/csv' }, options);
}

/** Create a zone: countries and networks that plans price alike `POST /api/v1/zones` → 201 */
export function createZone(client: Client, input: { body: CreateZone }, options?: Options): Promise<Zone> {
  return request(client, { method: 'POST', path: '/api/v1/zones', body: input.body }, options);
}

/** Put money into a wallet: due fees are collected, and the lines that waited for it are freed `POST /api/v1/wallets/{id}/credits` → 201 */
export function creditWallet(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: CreditWallet }, options?: Options): Promise<Wallet> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/credits`, body: input.body }, options);
}

/** Take money out of a wallet, down to its minimum balance `POST /api/v1/wallets/{id}/debits` → 201 */
export function debitWallet(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: DebitWallet }, options?: Options): Promise<Wallet> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/debits`, body: input.body }, options);
}

/** Delete an event sink and what waits for it `DELETE /api/v1/event-sinks/{id}` → 204 */
export function deleteEventSink(client: Client, input: { /** Id of the event sink. */ id: EventSinkId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/event-sinks/${encodeURIComponent(input.id)}` }, options);
}

/** Delete a saved configuration `DELETE /api/v1/presets/{id}` → 204 */
export function deletePreset(client: Client, input: { /** Id of the preset. */ id: PresetId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/presets/${encodeURIComponent(input.id)}` }, options);
}

/** Give what is paid and could not be given when it was paid `POST /api/v1/payments/{id}/deliver` → 200 */
export function deliverPayment(client: Client, input: { /** Id of the payment. */ id: PaymentId }, options?: Options): Promise<Payment> {
  return request(client, { method: 'POST', path: `/api/v1/payments/${encodeURIComponent(input.id)}/deliver` }, options);
}

/** Why is there no usage? The first cause that holds, and the next step `GET /api/v1/sims/{id}/diagnosis` → 200 */
export function diagnoseSim(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<Diagnosis> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/diagnosis` }, options);
}

/** Disconnect: what lets us in is given back; what was written stays there `DELETE /api/v1/accounting/connection` → 204 */
export function disconnectAccounting(client: Client, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: '/api/v1/accounting/connection' }, options);
}

/** Disconnect a payment provider; the cards that it keeps are removed here `DELETE /api/v1/payment-providers/{id}` → 204 */
export function disconnectPaymentProvider(client: Client, input: { /** Id of the payment provider. */ id: PaymentProviderId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/payment-providers/${encodeURIComponent(input.id)}` }, options);
}

/** Put a missed reaction aside `POST /api/v1/missed-reactions/{id}/dismiss` → 200 */
export function dismissMissedReaction(client: Client, input: { /** Id of the event. */ id: EventId; body: DismissMissedReaction }, options?: Options): Promise<MissedReaction> {
  return request(client, { method: 'POST', path: `/api/v1/missed-reactions/${encodeURIComponent(input.id)}/dismiss`, body: input.body }, options);
}

/** Put a notice aside that concerns no payment here `POST /api/v1/payment-notices/{id}/dismiss` → 200 */
export function dismissPaymentNotice(client: Client, input: { /** Id of the payment notice. */ id: PaymentNoticeId; body: DismissPaymentNotice }, options?: Options): Promise<PaymentNotice> {
  return request(client, { method: 'POST', path: `/api/v1/payment-notices/${encodeURIComponent(input.id)}/dismiss`, body: input.body }, options);
}

/** End them without placing them; they stay on record with who decided that `POST /api/v1/unplaced-messages/dismiss` → 200 */
export function dismissUnplacedMessages(client: Client, input: { body: DismissUnplaced }, options?: Options): Promise<UnplacedDismissed> {
  return request(client, { method: 'POST', path: '/api/v1/unplaced-messages/dismiss', body: input.body }, options);
}

/** End this usage without a charge; it stays on record with who decided that `POST /api/v1/unrated/dismiss` → 200 */
export function dismissUnrated(client: Client, input: { body: DismissUnrated }, options?: Options): Promise<UnratedDismissed> {
  return request(client, { method: 'POST', path: '/api/v1/unrated/dismiss', body: input.body }, options);
}

/** Rows as they were sent, with line, code and reason: the failed ones unless told otherwise `GET /api/v1/operations/{id}/rows.csv` → 200 */
export function downloadOperationRows(client: Client, input: { /** Id of the operation. */ id: OperationId; outcome?: "pending" | "done" | "failed" | "all"; effect?: string; warned?: string; /** Part of the line number, ICCID, code or reason. */ search?: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/operations/${encodeURIComponent(input.id)}/rows.csv`, query: { outcome: input.outcome, effect: input.effect, warned: input.warned, search: input.search } }, options);
}

/** Make another plan with the same terms, with the zones and the unit base of today `POST /api/v1/plans/{id}/duplicate` → 201 */
export function duplicatePlan(client: Client, input: { /** Id of the plan. */ id: PlanId; body: DuplicatePlan }, options?: Options): Promise<Plan> {
  return request(client, { method: 'POST', path: `/api/v1/plans/${encodeURIComponent(input.id)}/duplicate`, body: input.body }, options);
}

/** Write lines, discounts and a note onto a pending pre-bill `PATCH /api/v1/pre-bills/{id}` → 200 */
export function editPreBill(client: Client, input: { /** Id of the pre bill. */ id: PreBillId; body: EditPreBill }, options?: Options): Promise<PreBillDetail> {
  return request(client, { method: 'PATCH', path: `/api/v1/pre-bills/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Sign out; the session ends at once `POST /api/v1/my/sign-out` → 204 */
export function endMySession(client: Client, options?: Options): Promise<void> {
  return request(client, { method: 'POST', path: '/api/v1/my/sign-out' }, options);
}

/** Take a SIM off its plan, which suspends it, now or when its running period ends `DELETE /api/v1/sims/{id}/plan` → 200 */
export function endPlan(client: Client, input: { /** Id of the sim. */ id: SimId; effective?: "now" | "next_period" }, options?: Options): Promise<Sim> {
  return request(client, { method: 'DELETE', path: `/api/v1/sims/${encodeURIComponent(input.id)}/plan`, query: { effective: input.effective } }, options);
}

/** Let what is left of a part expire now: it leaves the wallet `POST /api/v1/wallets/{id}/parts/{part}/expire` → 200 */
export function expireWalletPart(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** Id of the wallet part. */ part: WalletPartId; body: ExpirePart }, options?: Options): Promise<WalletPart> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/parts/${encodeURIComponent(input.part)}/expire`, body: input.body }, options);
}

/** Where a charge, fee, period, correction, refill, block or refusal comes from, step by step `GET /api/v1/explanations/{id}` → 200 */
export function explain(client: Client, input: { /** Of a usage record, fee, period, pool period, adjustment, refill, block or unrated usage; a SIM’s: its last refusal. */ id: string }, options?: Options): Promise<Explanation> {
  return request(client, { method: 'GET', path: `/api/v1/explanations/${encodeURIComponent(input.id)}` }, options);
}

/** Why it does or does not refill at this moment `GET /api/v1/auto-refills/{id}/why` → 200 */
export function explainAutoRefill(client: Client, input: { /** Id of the auto refill. */ id: AutoRefillId }, options?: Options): Promise<AutoRefillWhy> {
  return request(client, { method: 'GET', path: `/api/v1/auto-refills/${encodeURIComponent(input.id)}/why` }, options);
}

/** Why it does or does not refill at this moment `GET /api/v1/my/auto-refills/{id}/why` → 200 */
export function explainMyAutoRefill(client: Client, input: { /** Id of the auto refill. */ id: AutoRefillId }, options?: Options): Promise<AutoRefillWhy> {
  return request(client, { method: 'GET', path: `/api/v1/my/auto-refills/${encodeURIComponent(input.id)}/why` }, options);
}

/** What a company has on account: money and credit notes that paid no invoice yet `GET /api/v1/companies/{id}/credit` → 200 */
export function getAccountCredit(client: Client, input: { /** Id of the company. */ id: CompanyId }, options?: Options): Promise<AccountCredit> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}/credit` }, options);
}

/** The accounting system that is connected, and how much was written there `GET /api/v1/accounting` → 200 */
export function getAccounting(client: Client, options?: Options): Promise<Accounting> {
  return request(client, { method: 'GET', path: '/api/v1/accounting' }, options);
}

/** Which contact a company is there `GET /api/v1/accounting/contacts/{id}` → 200 */
export function getAccountingContact(client: Client, input: { /** Id of the company. */ id: CompanyId }, options?: Options): Promise<AccountingContact> {
  return request(client, { method: 'GET', path: `/api/v1/accounting/contacts/${encodeURIComponent(input.id)}` }, options);
}

/** What the books call our items, taxes and accounts `GET /api/v1/accounting/mapping` → 200 */
export function getAccountingMapping(client: Client, options?: Options): Promise<AccountingMapping> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/mapping' }, options);
}

/** What became of one thing that is to be written `GET /api/v1/accounting/pushes/{id}` → 200 */
export function getAccountingPush(client: Client, input: { /** Id of the accounting push. */ id: AccountingPushId }, options?: Options): Promise<AccountingPush> {
  return request(client, { method: 'GET', path: `/api/v1/accounting/pushes/${encodeURIComponent(input.id)}` }, options);
}

/** Who an account is on its bills, and where they go `GET /api/v1/billing-details/{account}` → 200 */
export function getBillingDetails(client: Client, input: { account: CompanyId | EndUserId | OrganizationId }, options?: Options): Promise<BillingDetails> {
  return request(client, { method: 'GET', path: `/api/v1/billing-details/${encodeURIComponent(input.account)}` }, options);
}

/** How an account is billed; of the organization: what applies to all `GET /api/v1/billing-settings/{account}` → 200 */
export function getBillingSettings(client: Client, input: { account: CompanyId | OrganizationId }, options?: Options): Promise<BillingSettings> {
  return request(client, { method: 'GET', path: `/api/v1/billing-settings/${encodeURIComponent(input.account)}` }, options);
}

/** What time it is in the organization `GET /api/v1/sandbox/clock` → 200 */
export function getClock(client: Client, options?: Options): Promise<Clock> {
  return request(client, { method: 'GET', path: '/api/v1/sandbox/clock' }, options);
}

/** A company `GET /api/v1/companies/{id}` → 200 */
export function getCompany(client: Client, input: { /** Id of the company. */ id: CompanyId }, options?: Options): Promise<Company> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}` }, options);
}

/** What is sent next about the open invoices of a company, the soonest first `GET /api/v1/companies/{id}/reminders` → 200 */
export function getCompanyReminders(client: Client, input: { /** Id of the company. */ id: CompanyId }, options?: Options): Promise<CompanyReminders> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}/reminders` }, options);
}

/** What became of the credit of a credit note of a bill below zero `GET /api/v1/invoices/{id}/receipt` → 200 */
export function getCreditOfNote(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<Receipt> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/receipt` }, options);
}

/** Usage of the current period against the lowest limit, and whether anything blocks the SIM `GET /api/v1/sims/{id}/data-limit` → 200 */
export function getDataLimit(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<DataLimit> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/data-limit` }, options);
}

/** One request: what was sent, and what came of each try `GET /api/v1/deliveries/{id}` → 200 */
export function getDelivery(client: Client, input: { /** Id of the delivery. */ id: DeliveryId }, options?: Options): Promise<DeliveryDetail> {
  return request(client, { method: 'GET', path: `/api/v1/deliveries/${encodeURIComponent(input.id)}` }, options);
}

/** A dispute: what became of it, and of its money `GET /api/v1/disputes/{id}` → 200 */
export function getDispute(client: Client, input: { /** Id of the dispute. */ id: DisputeId }, options?: Options): Promise<Dispute> {
  return request(client, { method: 'GET', path: `/api/v1/disputes/${encodeURIComponent(input.id)}` }, options);
}

/** A logo that bills have, or had, by its SHA-256 `GET /api/v1/document-settings/logo/{sha256}` → 200 */
export function getDocumentLogo(client: Client, input: { sha256: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/document-settings/logo/${encodeURIComponent(input.sha256)}` }, options);
}

/** Where bills are paid to, and how they look `GET /api/v1/document-settings` → 200 */
export function getDocumentSettings(client: Client, options?: Options): Promise<DocumentSettings> {
  return request(client, { method: 'GET', path: '/api/v1/document-settings' }, options);
}

/** An end user `GET /api/v1/end-users/{id}` → 200 */
export function getEndUser(client: Client, input: { /** Id of the end user. */ id: EndUserId }, options?: Options): Promise<EndUser> {
  return request(client, { method: 'GET', path: `/api/v1/end-users/${encodeURIComponent(input.id)}` }, options);
}

/** Read an eSIM profile `GET /api/v1/esim-profiles/{id}` → 200 */
export function getEsimProfile(client: Client, input: { /** Id of the esim profile. */ id: EsimProfileId }, options?: Options): Promise<EsimProfile> {
  return request(client, { method: 'GET', path: `/api/v1/esim-profiles/${encodeURIComponent(input.id)}` }, options);
}

/** One event sink `GET /api/v1/event-sinks/{id}` → 200 */
export function getEventSink(client: Client, input: { /** Id of the event sink. */ id: EventSinkId }, options?: Options): Promise<EventSink> {
  return request(client, { method: 'GET', path: `/api/v1/event-sinks/${encodeURIComponent(input.id)}` }, options);
}

/** A fleet `GET /api/v1/fleets/{id}` → 200 */
export function getFleet(client: Client, input: { /** Id of the fleet. */ id: FleetId }, options?: Options): Promise<Fleet> {
  return request(client, { method: 'GET', path: `/api/v1/fleets/${encodeURIComponent(input.id)}` }, options);
}

/** An invoice or a credit note `GET /api/v1/invoices/{id}` → 200 */
export function getInvoice(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<Invoice> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}` }, options);
}

/** The items of an invoice or a credit note as CSV `GET /api/v1/invoices/{id}/document.csv` → 200 */
export function getInvoiceAsCsv(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/document.csv` }, options);
}

/** An invoice or a credit note as PDF, in the language of its account `GET /api/v1/invoices/{id}/document.pdf` → 200 */
export function getInvoiceAsPdf(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/document.pdf` }, options);
}

/** An invoice or a credit note in UBL 2.1 (EN 16931, Peppol BIS Billing 3) `GET /api/v1/invoices/{id}/document.xml` → 200 */
export function getInvoiceAsUbl(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/document.xml` }, options);
}

/** An invoice or a credit note as it was approved, with its items `GET /api/v1/invoices/{id}/document.json` → 200 */
export function getInvoiceDocument(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<InvoiceDocument> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/document.json` }, options);
}

/** What is sent next about an invoice, or why nothing is `GET /api/v1/invoices/{id}/reminders` → 200 */
export function getInvoiceReminders(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<InvoiceReminders> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/reminders` }, options);
}

/** Read one IP command, with what became of it `GET /api/v1/ip-commands/{id}` → 200 */
export function getIpCommand(client: Client, input: { /** Id of the ip command. */ id: IpCommandId }, options?: Options): Promise<IpCommand> {
  return request(client, { method: 'GET', path: `/api/v1/ip-commands/${encodeURIComponent(input.id)}` }, options);
}

/** One letter, with what it says `GET /api/v1/letters/{id}` → 200 */
export function getLetter(client: Client, input: { /** Id of the letter. */ id: LetterId }, options?: Options): Promise<LetterDetail> {
  return request(client, { method: 'GET', path: `/api/v1/letters/${encodeURIComponent(input.id)}` }, options);
}

/** Who calls, for which organization, and what they may do `GET /api/v1/me` → 200 */
export function getMe(client: Client, options?: Options): Promise<Me> {
  return request(client, { method: 'GET', path: '/api/v1/me' }, options);
}

/** A payment, and where its payer has something to do `GET /api/v1/my/payments/{id}` → 200 */
export function getMyPayment(client: Client, input: { /** Id of the payment. */ id: PaymentId }, options?: Options): Promise<Payment> {
  return request(client, { method: 'GET', path: `/api/v1/my/payments/${encodeURIComponent(input.id)}` }, options);
}

/** A stored card, and where its holder has something to do `GET /api/v1/my/payment-methods/{id}` → 200 */
export function getMyPaymentMethod(client: Client, input: { /** Id of the payment method. */ id: PaymentMethodId }, options?: Options): Promise<PaymentMethod> {
  return request(client, { method: 'GET', path: `/api/v1/my/payment-methods/${encodeURIComponent(input.id)}` }, options);
}

/** The receipt of a payment that has succeeded `GET /api/v1/my/payments/{id}/receipt.pdf` → 200 */
export function getMyReceipt(client: Client, input: { /** Id of the payment. */ id: PaymentId }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/my/payments/${encodeURIComponent(input.id)}/receipt.pdf` }, options);
}

/** What refills a prepaid SIM by itself `GET /api/v1/my/sims/{id}/auto-refill` → 200 */
export function getMySimAutoRefill(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'GET', path: `/api/v1/my/sims/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** A wallet `GET /api/v1/my/wallets/{id}` → 200 */
export function getMyWallet(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<Wallet> {
  return request(client, { method: 'GET', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}` }, options);
}

/** What refills a wallet by itself `GET /api/v1/my/wallets/{id}/auto-refill` → 200 */
export function getMyWalletAutoRefill(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'GET', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** What a wallet held, gained and spent in an interval `GET /api/v1/my/wallets/{id}/overview` → 200 */
export function getMyWalletOverview(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** Thirty days before its end, unless given. */ from?: Timestamp; /** Now, unless given. */ to?: Timestamp }, options?: Options): Promise<WalletOverview> {
  return request(client, { method: 'GET', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/overview`, query: { from: input.from, to: input.to } }, options);
}

/** The receipt of what a wallet paid in a month that is closed, with its VAT `GET /api/v1/my/wallets/{id}/vat/{month}/receipt.pdf` → 200 */
export function getMyWalletReceipt(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** `2026-11` */ month: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/vat/${encodeURIComponent(input.month)}/receipt.pdf` }, options);
}

/** VAT of what a wallet spent, month by month, the latest first `GET /api/v1/my/wallets/{id}/vat` → 200 */
export function getMyWalletVat(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<WalletVat> {
  return request(client, { method: 'GET', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/vat` }, options);
}

/** Who the end user is that calls `GET /api/v1/my` → 200 */
export function getMyself(client: Client, options?: Options): Promise<EndUserSelf> {
  return request(client, { method: 'GET', path: '/api/v1/my' }, options);
}

/** A network access profile `GET /api/v1/network-access-profiles/{id}` → 200 */
export function getNetworkAccessProfile(client: Client, input: { /** Id of the network access profile. */ id: NetworkAccessProfileId }, options?: Options): Promise<NetworkAccessProfile> {
  return request(client, { method: 'GET', path: `/api/v1/network-access-profiles/${encodeURIComponent(input.id)}` }, options);
}

/** An operation, how far it is, and why rows failed `GET /api/v1/operations/{id}` → 200 */
export function getOperation(client: Client, input: { /** Id of the operation. */ id: OperationId }, options?: Options): Promise<OperationDetail> {
  return request(client, { method: 'GET', path: `/api/v1/operations/${encodeURIComponent(input.id)}` }, options);
}

/** The settings of the organization `GET /api/v1/organization` → 200 */
export function getOrganization(client: Client, options?: Options): Promise<Organization> {
  return request(client, { method: 'GET', path: '/api/v1/organization' }, options);
}

/** The state of things: SIMs, usage, money of this month, and what wants attention `GET /api/v1/overview` → 200 */
export function getOverview(client: Client, options?: Options): Promise<Overview> {
  return request(client, { method: 'GET', path: '/api/v1/overview' }, options);
}

/** A payment, and where its payer has something to do `GET /api/v1/payments/{id}` → 200 */
export function getPayment(client: Client, input: { /** Id of the payment. */ id: PaymentId }, options?: Options): Promise<Payment> {
  return request(client, { method: 'GET', path: `/api/v1/payments/${encodeURIComponent(input.id)}` }, options);
}

/** A stored card, and where its holder has something to do `GET /api/v1/payment-methods/{id}` → 200 */
export function getPaymentMethod(client: Client, input: { /** Id of the payment method. */ id: PaymentMethodId }, options?: Options): Promise<PaymentMethod> {
  return request(client, { method: 'GET', path: `/api/v1/payment-methods/${encodeURIComponent(input.id)}` }, options);
}

/** A notice of a payment provider, whole `GET /api/v1/payment-notices/{id}` → 200 */
export function getPaymentNotice(client: Client, input: { /** Id of the payment notice. */ id: PaymentNoticeId }, options?: Options): Promise<PaymentNotice> {
  return request(client, { method: 'GET', path: `/api/v1/payment-notices/${encodeURIComponent(input.id)}` }, options);
}

/** What happens when a payment is disputed `GET /api/v1/payment-settings` → 200 */
export function getPaymentSettings(client: Client, options?: Options): Promise<PaymentSettings> {
  return request(client, { method: 'GET', path: '/api/v1/payment-settings' }, options);
}

/** A plan with its latest version `GET /api/v1/plans/{id}` → 200 */
export function getPlan(client: Client, input: { /** Id of the plan. */ id: PlanId }, options?: Options): Promise<Plan> {
  return request(client, { method: 'GET', path: `/api/v1/plans/${encodeURIComponent(input.id)}` }, options);
}

/** Processes, health with reasons, what waits, and the latest upkeep `GET /api/v1/platform` → 200 */
export function getPlatform(client: Client, options?: Options): Promise<PlatformStatus> {
  return request(client, { method: 'GET', path: '/api/v1/platform' }, options);
}

/** The database server, the sizes of tables and partitions, and the migrations `GET /api/v1/platform/storage` → 200 */
export function getPlatformStorage(client: Client, options?: Options): Promise<PlatformStorage> {
  return request(client, { method: 'GET', path: '/api/v1/platform/storage' }, options);
}

/** A pool with its running month: what is left, what it costs, and how long it lasts `GET /api/v1/pools/{id}` → 200 */
export function getPool(client: Client, input: { /** Id of the pool. */ id: PoolId }, options?: Options): Promise<Pool> {
  return request(client, { method: 'GET', path: `/api/v1/pools/${encodeURIComponent(input.id)}` }, options);
}

/** What was left of a month’s balance day by day, and what will be `GET /api/v1/pools/{id}/burn-down` → 200 */
export function getPoolBurnDown(client: Client, input: { /** Id of the pool. */ id: PoolId; /** The running one unless told otherwise. */ month?: PoolPeriodId }, options?: Options): Promise<PoolBurnDown> {
  return request(client, { method: 'GET', path: `/api/v1/pools/${encodeURIComponent(input.id)}/burn-down`, query: { month: input.month } }, options);
}

/** A pre-bill: what it comes to by kind of charge, and what staff wrote `GET /api/v1/pre-bills/{id}` → 200 */
export function getPreBill(client: Client, input: { /** Id of the pre bill. */ id: PreBillId }, options?: Options): Promise<PreBillDetail> {
  return request(client, { method: 'GET', path: `/api/v1/pre-bills/${encodeURIComponent(input.id)}` }, options);
}

/** The receipt of a payment that has succeeded `GET /api/v1/payments/{id}/receipt.pdf` → 200 */
export function getReceipt(client: Client, input: { /** Id of the payment. */ id: PaymentId }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/payments/${encodeURIComponent(input.id)}/receipt.pdf` }, options);
}

/** What an account gets by mail; of the organization: what applies to all `GET /api/v1/reminder-settings/{account}` → 200 */
export function getReminderSettings(client: Client, input: { account: CompanyId | OrganizationId }, options?: Options): Promise<ReminderSettings> {
  return request(client, { method: 'GET', path: `/api/v1/reminder-settings/${encodeURIComponent(input.account)}` }, options);
}

/** An invoice of made-up figures, as invoices look now `GET /api/v1/document-settings/sample.pdf` → 200 */
export function getSampleDocument(client: Client, input: { language?: "en" | "de" } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/document-settings/sample.pdf', query: { language: input.language } }, options);
}

/** Whose session cookie this is, if anybody’s `GET /api/auth/get-session` → 200 */
export function getSession(client: Client, options?: Options): Promise<SignedInOrNot> {
  return request(client, { method: 'GET', path: '/api/auth/get-session' }, options);
}

/** A SIM with all that is known of it `GET /api/v1/sims/{id}` → 200 */
export function getSim(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<Sim> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}` }, options);
}

/** What refills a prepaid SIM by itself `GET /api/v1/sims/{id}/auto-refill` → 200 */
export function getSimAutoRefill(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** Usage over time by network; days are those of the organization’s time zone `GET /api/v1/sims/{id}/usage` → 200 */
export function getSimUsage(client: Client, input: { /** Id of the sim. */ id: SimId; unit?: "hour" | "day"; from?: Timestamp; to?: Timestamp }, options?: Options): Promise<SimUsage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/usage`, query: { unit: input.unit, from: input.from, to: input.to } }, options);
}

/** Read one text, with what became of it `GET /api/v1/sms-commands/{id}` → 200 */
export function getSmsCommand(client: Client, input: { /** Id of the sms command. */ id: SmsCommandId }, options?: Options): Promise<SmsCommand> {
  return request(client, { method: 'GET', path: `/api/v1/sms-commands/${encodeURIComponent(input.id)}` }, options);
}

/** The statement of account of a company: what it owed, was billed, and paid `GET /api/v1/companies/{id}/statement` → 200 */
export function getStatement(client: Client, input: { /** Id of the company. */ id: CompanyId; /** The first day, in the organization’s time zone; that of the present quarter unless told otherwise. */ from?: string; /** The last day; today unless told otherwise. */ until?: string }, options?: Options): Promise<Statement> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}/statement`, query: { from: input.from, until: input.until } }, options);
}

/** The statement of account of a company as CSV `GET /api/v1/companies/{id}/statement.csv` → 200 */
export function getStatementAsCsv(client: Client, input: { /** Id of the company. */ id: CompanyId; /** The first day, in the organization’s time zone; that of the present quarter unless told otherwise. */ from?: string; /** The last day; today unless told otherwise. */ until?: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}/statement.csv`, query: { from: input.from, until: input.until } }, options);
}

/** The statement of account of a company as PDF, in its language `GET /api/v1/companies/{id}/statement.pdf` → 200 */
export function getStatementAsPdf(client: Client, input: { /** Id of the company. */ id: CompanyId; /** The first day, in the organization’s time zone; that of the present quarter unless told otherwise. */ from?: string; /** The last day; today unless told otherwise. */ until?: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}/statement.pdf`, query: { from: input.from, until: input.until } }, options);
}

/** Account SID and auth token of the caller’s Super SIM account `GET /api/v1/super-sim-credentials` → 200 */
export function getSuperSimCredentials(client: Client, options?: Options): Promise<SuperSimCredentials> {
  return request(client, { method: 'GET', path: '/api/v1/super-sim-credentials' }, options);
}

/** The VAT that an account pays, since when, and its VAT number `GET /api/v1/tax/{account}` → 200 */
export function getTax(client: Client, input: { account: CompanyId | EndUserId | OrganizationId }, options?: Options): Promise<AccountTax> {
  return request(client, { method: 'GET', path: `/api/v1/tax/${encodeURIComponent(input.account)}` }, options);
}

/** Read a telecom `GET /api/v1/telecoms/{id}` → 200 */
export function getTelecom(client: Client, input: { /** Id of the telecom. */ id: TelecomId }, options?: Options): Promise<Telecom> {
  return request(client, { method: 'GET', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}` }, options);
}

/** A transaction with its transfers in the ledger `GET /api/v1/transactions/{id}` → 200 */
export function getTransaction(client: Client, input: { /** Id of the transaction. */ id: TransactionId }, options?: Options): Promise<TransactionDetail> {
  return request(client, { method: 'GET', path: `/api/v1/transactions/${encodeURIComponent(input.id)}` }, options);
}

/** A wallet `GET /api/v1/wallets/{id}` → 200 */
export function getWallet(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<Wallet> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}` }, options);
}

/** What somebody asked for, and what it would leave in the wallet `GET /api/v1/wallet-adjustments/{id}` → 200 */
export function getWalletAdjustment(client: Client, input: { /** Id of the wallet adjustment. */ id: WalletAdjustmentId }, options?: Options): Promise<WalletAdjustmentWithEffect> {
  return request(client, { method: 'GET', path: `/api/v1/wallet-adjustments/${encodeURIComponent(input.id)}` }, options);
}

/** What refills a wallet by itself `GET /api/v1/wallets/{id}/auto-refill` → 200 */
export function getWalletAutoRefill(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** What a wallet held, gained and spent in an interval `GET /api/v1/wallets/{id}/overview` → 200 */
export function getWalletOverview(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** Thirty days before its end, unless given. */ from?: Timestamp; /** Now, unless given. */ to?: Timestamp }, options?: Options): Promise<WalletOverview> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/overview`, query: { from: input.from, to: input.to } }, options);
}

/** The receipt of what a wallet paid in a month that is closed, with its VAT `GET /api/v1/wallets/{id}/vat/{month}/receipt.pdf` → 200 */
export function getWalletReceipt(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** `2026-11` */ month: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/vat/${encodeURIComponent(input.month)}/receipt.pdf` }, options);
}

/** When new wallets bear VAT `GET /api/v1/wallet-settings` → 200 */
export function getWalletSettings(client: Client, options?: Options): Promise<WalletSettings> {
  return request(client, { method: 'GET', path: '/api/v1/wallet-settings' }, options);
}

/** VAT of what a wallet spent, month by month, the latest first `GET /api/v1/wallets/{id}/vat` → 200 */
export function getWalletVat(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<WalletVat> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/vat` }, options);
}

/** A zone `GET /api/v1/zones/{id}` → 200 */
export function getZone(client: Client, input: { /** Id of the zone. */ id: ZoneId }, options?: Options): Promise<Zone> {
  return request(client, { method: 'GET', path: `/api/v1/zones/${encodeURIComponent(input.id)}` }, options);
}

/** Give a wallet money that nobody paid in: it is spent first, and may expire `POST /api/v1/wallets/{id}/grants` → 201 */
export function grantMoney(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: GrantMoney }, options?: Options): Promise<WalletPart> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/grants`, body: input.body }, options);
}

/** Grant a refill: its data is added, and its days count from now; no money moves by it `POST /api/v1/sims/{id}/refills` → 201 */
export function grantRefill(client: Client, input: { /** Id of the sim. */ id: SimId; body: GrantRefill }, options?: Options): Promise<Sim> {
  return request(client, { method: 'POST', path: `/api/v1/sims/${encodeURIComponent(input.id)}/refills`, body: input.body }, options);
}

/** Tell of the download of an eSIM profile, as an SM-DP+ does `POST /api/v1/gsma/rsp2/es2plus/handleDownloadProgressInfo` → 204 */
export function handleDownloadProgressInfo(client: Client, input: { body: DownloadProgressInfo }, options?: Options): Promise<void> {
  return request(client, { method: 'POST', path: '/api/v1/gsma/rsp2/es2plus/handleDownloadProgressInfo', body: input.body }, options);
}

/** Add SIMs from a CSV file of at most 5 MB and 10,000 rows `POST /api/v1/sims/import` → 200 */
export function importSims(client: Client, input: { /** Id of the telecom. */ telecom: TelecomId; dryRun?: string; body: SimCsv }, options?: Options): Promise<SimIntakeResult> {
  return request(client, { method: 'POST', path: '/api/v1/sims/import', query: { telecom: input.telecom, dryRun: input.dryRun }, body: input.body, contentType: 'text/csv' }, options);
}

/** A link to hand over to an end user, good for seven days and once; sent by mail too if you like `POST /api/v1/end-users/{id}/invitation` → 201 */
export function inviteEndUser(client: Client, input: { /** Id of the end user. */ id: EndUserId; body: InviteEndUser }, options?: Options): Promise<HandedLink> {
  return request(client, { method: 'POST', path: `/api/v1/end-users/${encodeURIComponent(input.id)}/invitation`, body: input.body }, options);
}

/** Invite somebody to become staff of the organization or of a company; the link goes by mail and can be handed over `POST /api/v1/staff/invitations` → 201 */
export function inviteStaff(client: Client, input: { body: InviteStaff }, options?: Options): Promise<HandedLink> {
  return request(client, { method: 'POST', path: '/api/v1/staff/invitations', body: input.body }, options);
}

/** Become staff by an invitation, with a password of one’s own `POST /api/auth/links/join` → 204 */
export function joinByLink(client: Client, input: { body: JoinByLink }, options?: Options): Promise<void> {
  return request(client, { method: 'POST', path: '/api/auth/links/join', body: input.body }, options);
}

/** Give a transaction these labels, and no others `PUT /api/v1/transactions/{id}/labels` → 200 */
export function labelTransaction(client: Client, input: { /** Id of the transaction. */ id: TransactionId; body: LabelTransaction }, options?: Options): Promise<Transaction> {
  return request(client, { method: 'PUT', path: `/api/v1/transactions/${encodeURIComponent(input.id)}/labels`, body: input.body }, options);
}

/** Invoices and credit notes of a time by kind of item, with what the books call them `GET /api/v1/accounting/documents` → 200 */
export function listAccountingDocuments(client: Client, input: { limit?: number; cursor?: string; /** The first day, in the organization’s time zone. */ from: string; /** The last day. */ until: string }, options?: Options): Promise<AccountingDocumentPage> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/documents', query: { limit: input.limit, cursor: input.cursor, from: input.from, until: input.until } }, options);
}

/** Documents as CSV: all that match `GET /api/v1/accounting/documents.csv` → 200 */
export function listAccountingDocumentsAsCsv(client: Client, input: { /** The first day, in the organization’s time zone. */ from: string; /** The last day. */ until: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/documents.csv', query: { from: input.from, until: input.until, columns: input.columns } }, options);
}

/** Documents as a workbook: all that match `GET /api/v1/accounting/documents.xlsx` → 200 */
export function listAccountingDocumentsAsXlsx(client: Client, input: { /** The first day, in the organization’s time zone. */ from: string; /** The last day. */ until: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/documents.xlsx', query: { from: input.from, until: input.until, columns: input.columns } }, options);
}

/** What was posted in a time, as debits and credits that balance `GET /api/v1/accounting/journal` → 200 */
export function listAccountingJournal(client: Client, input: { /** The first day, in the organization’s time zone. */ from: string; /** The last day. */ until: string; by?: "day" | "month" }, options?: Options): Promise<AccountingJournal> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/journal', query: { from: input.from, until: input.until, by: input.by } }, options);
}

/** Journal as CSV: all that match `GET /api/v1/accounting/journal.csv` → 200 */
export function listAccountingJournalAsCsv(client: Client, input: { /** The first day, in the organization’s time zone. */ from: string; /** The last day. */ until: string; by?: "day" | "month"; /** Which columns, in this order; all unless told otherwise. */ columns?: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/journal.csv', query: { from: input.from, until: input.until, by: input.by, columns: input.columns } }, options);
}

/** Journal as a workbook: all that match `GET /api/v1/accounting/journal.xlsx` → 200 */
export function listAccountingJournalAsXlsx(client: Client, input: { /** The first day, in the organization’s time zone. */ from: string; /** The last day. */ until: string; by?: "day" | "month"; /** Which columns, in this order; all unless told otherwise. */ columns?: string }, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/journal.xlsx', query: { from: input.from, until: input.until, by: input.by, columns: input.columns } }, options);
}

/** What is to be written into the books, was, and was not, newest first `GET /api/v1/accounting/pushes` → 200 */
export function listAccountingPushes(client: Client, input: { limit?: number; cursor?: string; /** A number, or a part of a company’s name. */ search?: string; state?: string; kind?: string; document?: InvoiceId; company?: CompanyId } = {}, options?: Options): Promise<AccountingPushPage> {
  return request(client, { method: 'GET', path: '/api/v1/accounting/pushes', query: { limit: input.limit, cursor: input.cursor, search: input.search, state: input.state, kind: input.kind, document: input.document, company: input.company } }, options);
}

/** Money corrected beside billing periods, newest first `GET /api/v1/adjustments` → 200 */
export function listAdjustments(client: Client, input: { limit?: number; cursor?: string; sim?: SimId; period?: PeriodId; kind?: "plan_change" | "contribution" | "rerating" | "manual" } = {}, options?: Options): Promise<AdjustmentPage> {
  return request(client, { method: 'GET', path: '/api/v1/adjustments', query: { limit: input.limit, cursor: input.cursor, sim: input.sim, period: input.period, kind: input.kind } }, options);
}

/** Adjustments as CSV: all that match `GET /api/v1/adjustments.csv` → 200 */
export function listAdjustmentsAsCsv(client: Client, input: { sim?: SimId; period?: PeriodId; kind?: "plan_change" | "contribution" | "rerating" | "manual"; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/adjustments.csv', query: { sim: input.sim, period: input.period, kind: input.kind, columns: input.columns } }, options);
}

/** Adjustments as a workbook: all that match `GET /api/v1/adjustments.xlsx` → 200 */
export function listAdjustmentsAsXlsx(client: Client, input: { sim?: SimId; period?: PeriodId; kind?: "plan_change" | "contribution" | "rerating" | "manual"; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/adjustments.xlsx', query: { sim: input.sim, period: input.period, kind: input.kind, columns: input.columns } }, options);
}

/** Refunds, newest first `GET /api/v1/refunds` → 200 */
export function listAllRefunds(client: Client, input: { limit?: number; cursor?: string; /** Looked up no more: somebody asks at the provider. */ unanswered?: "true" } = {}, options?: Options): Promise<RefundPage> {
  return request(client, { method: 'GET', path: '/api/v1/refunds', query: { limit: input.limit, cursor: input.cursor, unanswered: input.unanswered } }, options);
}

/** The usage records of all SIMs with their charges, newest first; at most 31 days at once `GET /api/v1/usage-records` → 200 */
export function listAllUsageRecords(client: Client, input: { limit?: number; cursor?: string; sim?: SimId; service?: "data" | "sms" | "voice"; /** Only what was handed in from there over HTTP. */ source?: string; /** Charged at the default rate, because the network did not tell the zone. */ unknownNetwork?: string; /** Seven days before the end, unless told otherwise. */ from?: Timestamp; to?: Timestamp } = {}, options?: Options): Promise<UsageRecordOfSimPage> {
  return request(client, { method: 'GET', path: '/api/v1/usage-records', query: { limit: input.limit, cursor: input.cursor, sim: input.sim, service: input.service, source: input.source, unknownNetwork: input.unknownNetwork, from: input.from, to: input.to } }, options);
}

/** Usage records as CSV: all that match `GET /api/v1/usage-records.csv` → 200 */
export function listAllUsageRecordsAsCsv(client: Client, input: { sim?: SimId; service?: "data" | "sms" | "voice"; /** Only what was handed in from there over HTTP. */ source?: string; /** Charged at the default rate, because the network did not tell the zone. */ unknownNetwork?: string; /** Seven days before the end, unless told otherwise. */ from?: Timestamp; to?: Timestamp; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/usage-records.csv', query: { sim: input.sim, service: input.service, source: input.source, unknownNetwork: input.unknownNetwork, from: input.from, to: input.to, columns: input.columns } }, options);
}

/** Usage records as a workbook: all that match `GET /api/v1/usage-records.xlsx` → 200 */
export function listAllUsageRecordsAsXlsx(client: Client, input: { sim?: SimId; service?: "data" | "sms" | "voice"; /** Only what was handed in from there over HTTP. */ source?: string; /** Charged at the default rate, because the network did not tell the zone. */ unknownNetwork?: string; /** Seven days before the end, unless told otherwise. */ from?: Timestamp; to?: Timestamp; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/usage-records.xlsx', query: { sim: input.sim, service: input.service, source: input.source, unknownNetwork: input.unknownNetwork, from: input.from, to: input.to, columns: input.columns } }, options);
}

/** List API keys, newest first `GET /api/v1/api-keys` → 200 */
export function listApiKeys(client: Client, input: { limit?: number; cursor?: string; revoked?: string } = {}, options?: Options): Promise<ApiKeyPage> {
  return request(client, { method: 'GET', path: '/api/v1/api-keys', query: { limit: input.limit, cursor: input.cursor, revoked: input.revoked } }, options);
}

/** Who changed what, newest first `GET /api/v1/audit-log` → 200 */
export function listAuditLog(client: Client, input: { limit?: number; cursor?: string; search?: string; objectType?: string; objectId?: string; action?: string; from?: Timestamp; to?: Timestamp } = {}, options?: Options): Promise<AuditPage> {
  return request(client, { method: 'GET', path: '/api/v1/audit-log', query: { limit: input.limit, cursor: input.cursor, search: input.search, objectType: input.objectType, objectId: input.objectId, action: input.action, from: input.from, to: input.to } }, options);
}

/** What was charged, and why nothing was when something should have been, newest first `GET /api/v1/auto-refills/{id}/attempts` → 200 */
export function listAutoRefillAttempts(client: Client, input: { /** Id of the auto refill. */ id: AutoRefillId; limit?: number; cursor?: string }, options?: Options): Promise<AutoRefillAttemptPage> {
  return request(client, { method: 'GET', path: `/api/v1/auto-refills/${encodeURIComponent(input.id)}/attempts`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** Auto-refills, newest first `GET /api/v1/auto-refills` → 200 */
export function listAutoRefills(client: Client, input: { limit?: number; cursor?: string; /** One, or several separated by commas. */ state?: string; /** One, or several separated by commas. */ reason?: string; /** A part of the holder’s name or email, or of an ICCID. */ search?: string; company?: CompanyId; sim?: SimId; wallet?: WalletId } = {}, options?: Options): Promise<AutoRefillPage> {
  return request(client, { method: 'GET', path: '/api/v1/auto-refills', query: { limit: input.limit, cursor: input.cursor, state: input.state, reason: input.reason, search: input.search, company: input.company, sim: input.sim, wallet: input.wallet } }, options);
}

/** How pre-bills, invoices and credit notes are numbered `GET /api/v1/bill-series` → 200 */
export function listBillSeries(client: Client, options?: Options): Promise<BillSeriesList> {
  return request(client, { method: 'GET', path: '/api/v1/bill-series' }, options);
}

/** Every billing period of a SIM with its fees, newest first `GET /api/v1/sims/{id}/periods` → 200 */
export function listBillingPeriods(client: Client, input: { /** Id of the sim. */ id: SimId; limit?: number; cursor?: string }, options?: Options): Promise<BillingPeriodPage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/periods`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** Every block the SIM had, newest first `GET /api/v1/sims/{id}/blocks` → 200 */
export function listBlocks(client: Client, input: { /** Id of the sim. */ id: SimId; limit?: number; cursor?: string }, options?: Options): Promise<BlockPage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/blocks`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** What a telecom costs, the latest month first `GET /api/v1/telecoms/{id}/costs` → 200 */
export function listCarrierCosts(client: Client, input: { /** Id of the telecom. */ id: TelecomId }, options?: Options): Promise<CarrierCosts> {
  return request(client, { method: 'GET', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}/costs` }, options);
}

/** List what was asked of the carrier of a SIM, newest first `GET /api/v1/carrier-operations` → 200 */
export function listCarrierOperations(client: Client, input: { limit?: number; cursor?: string; /** Id of the sim. */ sim: SimId }, options?: Options): Promise<CarrierOperationPage> {
  return request(client, { method: 'GET', path: '/api/v1/carrier-operations', query: { limit: input.limit, cursor: input.cursor, sim: input.sim } }, options);
}

/** List companies, newest first `GET /api/v1/companies` → 200 */
export function listCompanies(client: Client, input: { limit?: number; cursor?: string; search?: string; archived?: string } = {}, options?: Options): Promise<CompanyPage> {
  return request(client, { method: 'GET', path: '/api/v1/companies', query: { limit: input.limit, cursor: input.cursor, search: input.search, archived: input.archived } }, options);
}

/** List what devices did on the network, newest first; a week of what event sinks wanted `GET /api/v1/connection-events` → 200 */
export function listConnectionEvents(client: Client, input: { limit?: number; cursor?: string; sim?: SimId; type?: "attachment.accepted" | "attachment.rejected" | "attachment.failed" | "data-session.started" | "data-session.updated" | "data-session.ended" | "data-session.failed"; /** Written at this instant or later. */ from?: Timestamp; /** Written before this instant. */ to?: Timestamp; /** Part of ICCID, IMSI, MSISDN, EID, IMEI or name of SIMs. */ search?: string } = {}, options?: Options): Promise<ConnectionEventPage> {
  return request(client, { method: 'GET', path: '/api/v1/connection-events', query: { limit: input.limit, cursor: input.cursor, sim: input.sim, type: input.type, from: input.from, to: input.to, search: input.search } }, options);
}

/** Countries with mobile networks, by name, all at once `GET /api/v1/countries` → 200 */
export function listCountries(client: Client, input: { search?: string } = {}, options?: Options): Promise<Countries> {
  return request(client, { method: 'GET', path: '/api/v1/countries', query: { search: input.search } }, options);
}

/** List the requests that were sent to addresses you named, newest first `GET /api/v1/deliveries` → 200 */
export function listDeliveries(client: Client, input: { limit?: number; cursor?: string; state?: "waiting" | "delivered" | "failed"; kind?: "callback" | "events"; /** Id of what they tell of. */ about?: string; /** A part of the address. */ search?: string } = {}, options?: Options): Promise<DeliveryPage> {
  return request(client, { method: 'GET', path: '/api/v1/deliveries', query: { limit: input.limit, cursor: input.cursor, state: input.state, kind: input.kind, about: input.about, search: input.search } }, options);
}

/** Disputes of payments, newest first `GET /api/v1/disputes` → 200 */
export function listDisputes(client: Client, input: { limit?: number; cursor?: string; payment?: PaymentId; company?: CompanyId; state?: "open" | "won" | "lost" } = {}, options?: Options): Promise<DisputePage> {
  return request(client, { method: 'GET', path: '/api/v1/disputes', query: { limit: input.limit, cursor: input.cursor, payment: input.payment, company: input.company, state: input.state } }, options);
}

/** Fees that the wallet could not pay, oldest first: the order in which they are collected `GET /api/v1/wallets/{id}/due-fees` → 200 */
export function listDueFees(client: Client, input: { /** Id of the wallet. */ id: WalletId; limit?: number; cursor?: string; /** With those that were paid or waived since. */ settled?: string }, options?: Options): Promise<DueFeePage> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/due-fees`, query: { limit: input.limit, cursor: input.cursor, settled: input.settled } }, options);
}

/** List end users, newest first `GET /api/v1/end-users` → 200 */
export function listEndUsers(client: Client, input: { limit?: number; cursor?: string; search?: string; archived?: string; companyId?: CompanyId } = {}, options?: Options): Promise<EndUserPage> {
  return request(client, { method: 'GET', path: '/api/v1/end-users', query: { limit: input.limit, cursor: input.cursor, search: input.search, archived: input.archived, companyId: input.companyId } }, options);
}

/** List eSIM profiles, newest first `GET /api/v1/esim-profiles` → 200 */
export function listEsimProfiles(client: Client, input: { limit?: number; cursor?: string; status?: EsimProfileStatus; eid?: string; sim?: SimId; company?: CompanyId } = {}, options?: Options): Promise<EsimProfilePage> {
  return request(client, { method: 'GET', path: '/api/v1/esim-profiles', query: { limit: input.limit, cursor: input.cursor, status: input.status, eid: input.eid, sim: input.sim, company: input.company } }, options);
}

/** List the addresses that hear of connections, newest first `GET /api/v1/event-sinks` → 200 */
export function listEventSinks(client: Client, input: { limit?: number; cursor?: string; state?: "active" | "paused"; company?: CompanyId; /** A part of the address or the description. */ search?: string } = {}, options?: Options): Promise<EventSinkPage> {
  return request(client, { method: 'GET', path: '/api/v1/event-sinks', query: { limit: input.limit, cursor: input.cursor, state: input.state, company: input.company, search: input.search } }, options);
}

/** Everything that happened, newest first or, to follow it, oldest first `GET /api/v1/events` → 200 */
export function listEvents(client: Client, input: { limit?: number; cursor?: string; order?: "newest" | "oldest"; /** Only events after this position. */ after?: Count; name?: string; subject?: string } = {}, options?: Options): Promise<EventPage> {
  return request(client, { method: 'GET', path: '/api/v1/events', query: { limit: input.limit, cursor: input.cursor, order: input.order, after: input.after, name: input.name, subject: input.subject } }, options);
}

/** List fleets, newest first `GET /api/v1/fleets` → 200 */
export function listFleets(client: Client, input: { limit?: number; cursor?: string; search?: string; company?: CompanyId } = {}, options?: Options): Promise<FleetPage> {
  return request(client, { method: 'GET', path: '/api/v1/fleets', query: { limit: input.limit, cursor: input.cursor, search: input.search, company: input.company } }, options);
}

/** Accounts that no bill run takes: a period of theirs has ended and not rolled over. A hundred at most, the oldest first `GET /api/v1/bill-runs/held-up` → 200 */
export function listHeldUp(client: Client, options?: Options): Promise<HeldUpAccounts> {
  return request(client, { method: 'GET', path: '/api/v1/bill-runs/held-up' }, options);
}

/** What paid an invoice, or what a credit note paid, and what was taken back, newest first `GET /api/v1/invoices/{id}/allocations` → 200 */
export function listInvoiceAllocations(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; limit?: number; cursor?: string }, options?: Options): Promise<AllocationPage> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/allocations`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** The items of an invoice or a credit note, in their order `GET /api/v1/invoices/{id}/items` → 200 */
export function listInvoiceItems(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; limit?: number; cursor?: string; search?: string }, options?: Options): Promise<BillItemPage> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/items`, query: { limit: input.limit, cursor: input.cursor, search: input.search } }, options);
}

/** Links by which an invoice is seen and paid, newest first `GET /api/v1/invoices/{id}/links` → 200 */
export function listInvoiceLinks(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; limit?: number; cursor?: string }, options?: Options): Promise<InvoiceLinkPage> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/links`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** Invoices and credit notes, newest first `GET /api/v1/invoices` → 200 */
export function listInvoices(client: Client, input: { limit?: number; cursor?: string; /** A number, or a part of a company name. */ search?: string; company?: CompanyId; kind?: "invoice" | "credit_note"; state?: string; overdue?: string; /** Credit notes of this invoice. */ credits?: InvoiceId; from?: Timestamp; to?: Timestamp } = {}, options?: Options): Promise<InvoicePage> {
  return request(client, { method: 'GET', path: '/api/v1/invoices', query: { limit: input.limit, cursor: input.cursor, search: input.search, company: input.company, kind: input.kind, state: input.state, overdue: input.overdue, credits: input.credits, from: input.from, to: input.to } }, options);
}

/** List data to SIMs and from them, newest first `GET /api/v1/ip-commands` → 200 */
export function listIpCommands(client: Client, input: { limit?: number; cursor?: string; sim?: SimId; company?: CompanyId; status?: "queued" | "sent" | "received" | "failed"; direction?: "to_sim" | "from_sim" } = {}, options?: Options): Promise<IpCommandPage> {
  return request(client, { method: 'GET', path: '/api/v1/ip-commands', query: { limit: input.limit, cursor: input.cursor, sim: input.sim, company: input.company, status: input.status, direction: input.direction } }, options);
}

/** Ledger accounts and where they stand, oldest first `GET /api/v1/ledger/accounts` → 200 */
export function listLedgerAccounts(client: Client, input: { limit?: number; cursor?: string; company?: CompanyId; kind?: "unbilled" | "deferred" | "receivable" | "wallet" | "grant" | "usage_revenue" | "fee_revenue" | "refill_revenue" | "other_revenue" | "clearing" | "dispute" | "vat" | "rounding" } = {}, options?: Options): Promise<LedgerAccountPage> {
  return request(client, { method: 'GET', path: '/api/v1/ledger/accounts', query: { limit: input.limit, cursor: input.cursor, company: input.company, kind: input.kind } }, options);
}

/** Every movement of a ledger account, newest first `GET /api/v1/ledger/accounts/{id}/entries` → 200 */
export function listLedgerEntries(client: Client, input: { /** Id of the ledger account. */ id: LedgerAccountId; limit?: number; cursor?: string }, options?: Options): Promise<LedgerEntryPage> {
  return request(client, { method: 'GET', path: `/api/v1/ledger/accounts/${encodeURIComponent(input.id)}/entries`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** List the letters that were sent by mail, or wait for that, newest first `GET /api/v1/letters` → 200 */
export function listLetters(client: Client, input: { limit?: number; cursor?: string; state?: "waiting" | "sent" | "failed" | "held"; kind?: string; /** Id of what they tell of. */ about?: string; /** A part of the address, the name or the subject. */ search?: string } = {}, options?: Options): Promise<LetterPage> {
  return request(client, { method: 'GET', path: '/api/v1/letters', query: { limit: input.limit, cursor: input.cursor, state: input.state, kind: input.kind, about: input.about, search: input.search } }, options);
}

/** Letters about money that were sent or are to be, and why not, newest first `GET /api/v1/mailings` → 200 */
export function listMailings(client: Client, input: { limit?: number; cursor?: string; company?: CompanyId; invoice?: InvoiceId; kind?: "invoice" | "credit_note" | "receipt" | "overdue" | "prepaid" | "ended"; state?: "waiting" | "written" | "dropped" | "failed" } = {}, options?: Options): Promise<MailingPage> {
  return request(client, { method: 'GET', path: '/api/v1/mailings', query: { limit: input.limit, cursor: input.cursor, company: input.company, invoice: input.invoice, kind: input.kind, state: input.state } }, options);
}

/** What events should have set off and did not, newest first `GET /api/v1/missed-reactions` → 200 */
export function listMissedReactions(client: Client, input: { limit?: number; cursor?: string; /** The beginning of a name, or a part of the problem. */ search?: string; state?: string; name?: string } = {}, options?: Options): Promise<MissedReactionPage> {
  return request(client, { method: 'GET', path: '/api/v1/missed-reactions', query: { limit: input.limit, cursor: input.cursor, search: input.search, state: input.state, name: input.name } }, options);
}

/** Auto-refills, newest first `GET /api/v1/my/auto-refills` → 200 */
export function listMyAutoRefills(client: Client, input: { limit?: number; cursor?: string; /** One, or several separated by commas. */ state?: string; /** One, or several separated by commas. */ reason?: string; /** A part of the holder’s name or email, or of an ICCID. */ search?: string; company?: CompanyId; sim?: SimId; wallet?: WalletId } = {}, options?: Options): Promise<AutoRefillPage> {
  return request(client, { method: 'GET', path: '/api/v1/my/auto-refills', query: { limit: input.limit, cursor: input.cursor, state: input.state, reason: input.reason, search: input.search, company: input.company, sim: input.sim, wallet: input.wallet } }, options);
}

/** Stored cards, newest first `GET /api/v1/my/payment-methods` → 200 */
export function listMyPaymentMethods(client: Client, input: { limit?: number; cursor?: string; owner?: CompanyId | EndUserId | OrganizationId; company?: CompanyId; /** One, or several separated by commas. */ state?: string } = {}, options?: Options): Promise<PaymentMethodPage> {
  return request(client, { method: 'GET', path: '/api/v1/my/payment-methods', query: { limit: input.limit, cursor: input.cursor, owner: input.owner, company: input.company, state: input.state } }, options);
}

/** Payments, newest first `GET /api/v1/my/payments` → 200 */
export function listMyPayments(client: Client, input: { limit?: number; cursor?: string; owner?: CompanyId | EndUserId | OrganizationId; company?: CompanyId; sim?: SimId; wallet?: WalletId; /** The first that it was for. */ invoice?: InvoiceId; /** One, or several separated by commas. */ state?: string; purpose?: "wallet_refill" | "line_refill" | "invoice"; method?: "card" | "wallet" | "company_wallet" | "manual"; /** Paid, not given, and not all given back: somebody delivers or refunds these. */ undelivered?: "true"; from?: Timestamp; to?: Timestamp } = {}, options?: Options): Promise<PaymentPage> {
  return request(client, { method: 'GET', path: '/api/v1/my/payments', query: { limit: input.limit, cursor: input.cursor, owner: input.owner, company: input.company, sim: input.sim, wallet: input.wallet, invoice: input.invoice, state: input.state, purpose: input.purpose, method: input.method, undelivered: input.undelivered, from: input.from, to: input.to } }, options);
}

/** What refills of wallets offer, and between which bounds, for each currency `GET /api/v1/my/refill-amounts` → 200 */
export function listMyRefillAmounts(client: Client, input: { /** Of this one, whether somebody has set it or not. */ currency?: Currency } = {}, options?: Options): Promise<RefillAmountsList> {
  return request(client, { method: 'GET', path: '/api/v1/my/refill-amounts', query: { currency: input.currency } }, options);
}

/** The end user’s own SIMs: what is left, until when, and what can be bought `GET /api/v1/my/sims` → 200 */
export function listMySims(client: Client, options?: Options): Promise<EndUserSims> {
  return request(client, { method: 'GET', path: '/api/v1/my/sims' }, options);
}

/** What a wallet holds: what was given and what was paid, in the order of spending `GET /api/v1/my/wallets/{id}/balances` → 200 */
export function listMyWalletBalances(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<WalletBalances> {
  return request(client, { method: 'GET', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/balances` }, options);
}

/** What came into a wallet and what went, newest first `GET /api/v1/my/wallets/{id}/history` → 200 */
export function listMyWalletHistory(client: Client, input: { /** Id of the wallet. */ id: WalletId; limit?: number; cursor?: string; kind?: string; from?: Timestamp; to?: Timestamp }, options?: Options): Promise<WalletMovementPage> {
  return request(client, { method: 'GET', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/history`, query: { limit: input.limit, cursor: input.cursor, kind: input.kind, from: input.from, to: input.to } }, options);
}

/** Wallets and what is in them, newest first `GET /api/v1/my/wallets` → 200 */
export function listMyWallets(client: Client, input: { limit?: number; cursor?: string; search?: string; owner?: CompanyId | EndUserId | OrganizationId; /** Those that stand at their floor or below it. */ belowFloor?: string } = {}, options?: Options): Promise<WalletPage> {
  return request(client, { method: 'GET', path: '/api/v1/my/wallets', query: { limit: input.limit, cursor: input.cursor, search: input.search, owner: input.owner, belowFloor: input.belowFloor } }, options);
}

/** List the network access servers of a telecom, oldest first `GET /api/v1/telecoms/{id}/nases` → 200 */
export function listNases(client: Client, input: { /** Id of the telecom. */ id: TelecomId }, options?: Options): Promise<NasList> {
  return request(client, { method: 'GET', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}/nases` }, options);
}

/** List network access profiles, newest first `GET /api/v1/network-access-profiles` → 200 */
export function listNetworkAccessProfiles(client: Client, input: { limit?: number; cursor?: string; search?: string; company?: CompanyId } = {}, options?: Options): Promise<NetworkAccessProfilePage> {
  return request(client, { method: 'GET', path: '/api/v1/network-access-profiles', query: { limit: input.limit, cursor: input.cursor, search: input.search, company: input.company } }, options);
}

/** Mobile networks of the world, in the order of their PLMNs `GET /api/v1/networks` → 200 */
export function listNetworks(client: Client, input: { limit?: number; cursor?: string; search?: string; country?: string } = {}, options?: Options): Promise<NetworkPage> {
  return request(client, { method: 'GET', path: '/api/v1/networks', query: { limit: input.limit, cursor: input.cursor, search: input.search, country: input.country } }, options);
}

/** The rows of an operation with their outcome, in the order of the file `GET /api/v1/operations/{id}/rows` → 200 */
export function listOperationRows(client: Client, input: { /** Id of the operation. */ id: OperationId; limit?: number; cursor?: string; outcome?: "pending" | "done" | "failed"; effect?: string; warned?: string; /** Part of the line number, ICCID, code or reason. */ search?: string }, options?: Options): Promise<OperationRowPage> {
  return request(client, { method: 'GET', path: `/api/v1/operations/${encodeURIComponent(input.id)}/rows`, query: { limit: input.limit, cursor: input.cursor, outcome: input.outcome, effect: input.effect, warned: input.warned, search: input.search } }, options);
}

/** Operations, newest first `GET /api/v1/operations` → 200 */
export function listOperations(client: Client, input: { limit?: number; cursor?: string; /** Part of the name, or of who began it. */ search?: string; state?: string; kind?: string } = {}, options?: Options): Promise<OperationPage> {
  return request(client, { method: 'GET', path: '/api/v1/operations', query: { limit: input.limit, cursor: input.cursor, search: input.search, state: input.state, kind: input.kind } }, options);
}

/** What companies and end users have paid: this month, and since ever `GET /api/v1/paid` → 200 */
export function listPaid(client: Client, input: { /** Up to 50 companies or end users, separated by commas. */ accounts: string }, options?: Options): Promise<PaidByAccounts> {
  return request(client, { method: 'GET', path: '/api/v1/paid', query: { accounts: input.accounts } }, options);
}

/** Stored cards, newest first `GET /api/v1/payment-methods` → 200 */
export function listPaymentMethods(client: Client, input: { limit?: number; cursor?: string; owner?: CompanyId | EndUserId | OrganizationId; company?: CompanyId; /** One, or several separated by commas. */ state?: string } = {}, options?: Options): Promise<PaymentMethodPage> {
  return request(client, { method: 'GET', path: '/api/v1/payment-methods', query: { limit: input.limit, cursor: input.cursor, owner: input.owner, company: input.company, state: input.state } }, options);
}

/** What payment providers told, newest first `GET /api/v1/payment-notices` → 200 */
export function listPaymentNotices(client: Client, input: { limit?: number; cursor?: string; state?: "waiting" | "applied" | "ignored" | "unplaced" | "dismissed" } = {}, options?: Options): Promise<PaymentNoticePage> {
  return request(client, { method: 'GET', path: '/api/v1/payment-notices', query: { limit: input.limit, cursor: input.cursor, state: input.state } }, options);
}

/** The payment providers in use, the preferred one first `GET /api/v1/payment-providers` → 200 */
export function listPaymentProviders(client: Client, options?: Options): Promise<PaymentProviderList> {
  return request(client, { method: 'GET', path: '/api/v1/payment-providers' }, options);
}

/** Payments, newest first `GET /api/v1/payments` → 200 */
export function listPayments(client: Client, input: { limit?: number; cursor?: string; owner?: CompanyId | EndUserId | OrganizationId; company?: CompanyId; sim?: SimId; wallet?: WalletId; /** The first that it was for. */ invoice?: InvoiceId; /** One, or several separated by commas. */ state?: string; purpose?: "wallet_refill" | "line_refill" | "invoice"; method?: "card" | "wallet" | "company_wallet" | "manual"; /** Paid, not given, and not all given back: somebody delivers or refunds these. */ undelivered?: "true"; from?: Timestamp; to?: Timestamp } = {}, options?: Options): Promise<PaymentPage> {
  return request(client, { method: 'GET', path: '/api/v1/payments', query: { limit: input.limit, cursor: input.cursor, owner: input.owner, company: input.company, sim: input.sim, wallet: input.wallet, invoice: input.invoice, state: input.state, purpose: input.purpose, method: input.method, undelivered: input.undelivered, from: input.from, to: input.to } }, options);
}

/** What of a credit note went back by bank, newest first `GET /api/v1/invoices/{id}/payouts` → 200 */
export function listPayouts(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; limit?: number; cursor?: string }, options?: Options): Promise<PayoutPage> {
  return request(client, { method: 'GET', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/payouts`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** Everything that can be permitted `GET /api/v1/permissions` → 200 */
export function listPermissions(client: Client, options?: Options): Promise<PermissionList> {
  return request(client, { method: 'GET', path: '/api/v1/permissions' }, options);
}

/** What a SIM was and is on, and what was to come, newest first `GET /api/v1/sims/{id}/plans` → 200 */
export function listPlanSteps(client: Client, input: { /** Id of the sim. */ id: SimId; limit?: number; cursor?: string }, options?: Options): Promise<PlanStepPage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/plans`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** The versions of a plan, newest first `GET /api/v1/plans/{id}/versions` → 200 */
export function listPlanVersions(client: Client, input: { /** Id of the plan. */ id: PlanId; limit?: number; cursor?: string }, options?: Options): Promise<PlanVersionPage> {
  return request(client, { method: 'GET', path: `/api/v1/plans/${encodeURIComponent(input.id)}/versions`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** List plans with their latest version, oldest first `GET /api/v1/plans` → 200 */
export function listPlans(client: Client, input: { limit?: number; cursor?: string; search?: string; type?: string; label?: string; /** What this company may get. */ company?: CompanyId; /** What lines of this telecom may get. */ telecom?: TelecomId; designated?: string; archived?: string } = {}, options?: Options): Promise<PlanPage> {
  return request(client, { method: 'GET', path: '/api/v1/plans', query: { limit: input.limit, cursor: input.cursor, search: input.search, type: input.type, label: input.label, company: input.company, telecom: input.telecom, designated: input.designated, archived: input.archived } }, options);
}

/** The organizations of the instance with their sums; the first 200 `GET /api/v1/platform/organizations` → 200 */
export function listPlatformOrganizations(client: Client, options?: Options): Promise<PlatformOrganizations> {
  return request(client, { method: 'GET', path: '/api/v1/platform/organizations' }, options);
}

/** The members of a pool, whoever used most of the month first; or those that left it `GET /api/v1/pools/{id}/members` → 200 */
export function listPoolMembers(client: Client, input: { /** Id of the pool. */ id: PoolId; limit?: number; cursor?: string; /** Part of an ICCID. */ search?: string; /** Those that left, the last that joined first. */ past?: string }, options?: Options): Promise<PoolMemberPage> {
  return request(client, { method: 'GET', path: `/api/v1/pools/${encodeURIComponent(input.id)}/members`, query: { limit: input.limit, cursor: input.cursor, search: input.search, past: input.past } }, options);
}

/** The months of a pool, newest first `GET /api/v1/pools/{id}/months` → 200 */
export function listPoolMonths(client: Client, input: { /** Id of the pool. */ id: PoolId; limit?: number; cursor?: string }, options?: Options): Promise<PoolMonthPage> {
  return request(client, { method: 'GET', path: `/api/v1/pools/${encodeURIComponent(input.id)}/months`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** The terms of a pool, newest first `GET /api/v1/pools/{id}/terms` → 200 */
export function listPoolTerms(client: Client, input: { /** Id of the pool. */ id: PoolId; limit?: number; cursor?: string }, options?: Options): Promise<PoolTermsPage> {
  return request(client, { method: 'GET', path: `/api/v1/pools/${encodeURIComponent(input.id)}/terms`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** List pools with their terms, running month and forecast, newest first `GET /api/v1/pools` → 200 */
export function listPools(client: Client, input: { limit?: number; cursor?: string; /** Part of the name, or a whole label. */ search?: string; company?: CompanyId; type?: "static" | "dynamic"; archived?: string; /** True: four fifths of the month’s balance are used, or more. */ low?: string } = {}, options?: Options): Promise<PoolPage> {
  return request(client, { method: 'GET', path: '/api/v1/pools', query: { limit: input.limit, cursor: input.cursor, search: input.search, company: input.company, type: input.type, archived: input.archived, low: input.low } }, options);
}

/** Pools as CSV: all that match `GET /api/v1/pools.csv` → 200 */
export function listPoolsAsCsv(client: Client, input: { /** Part of the name, or a whole label. */ search?: string; company?: CompanyId; type?: "static" | "dynamic"; archived?: string; /** True: four fifths of the month’s balance are used, or more. */ low?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/pools.csv', query: { search: input.search, company: input.company, type: input.type, archived: input.archived, low: input.low, columns: input.columns } }, options);
}

/** Pools as a workbook: all that match `GET /api/v1/pools.xlsx` → 200 */
export function listPoolsAsXlsx(client: Client, input: { /** Part of the name, or a whole label. */ search?: string; company?: CompanyId; type?: "static" | "dynamic"; archived?: string; /** True: four fifths of the month’s balance are used, or more. */ low?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/pools.xlsx', query: { search: input.search, company: input.company, type: input.type, archived: input.archived, low: input.low, columns: input.columns } }, options);
}

/** The items of a pre-bill, in their order `GET /api/v1/pre-bills/{id}/items` → 200 */
export function listPreBillItems(client: Client, input: { /** Id of the pre bill. */ id: PreBillId; limit?: number; cursor?: string; search?: string }, options?: Options): Promise<BillItemPage> {
  return request(client, { method: 'GET', path: `/api/v1/pre-bills/${encodeURIComponent(input.id)}/items`, query: { limit: input.limit, cursor: input.cursor, search: input.search } }, options);
}

/** The usage behind a pre-bill, SIM by SIM and pool by pool `GET /api/v1/pre-bills/{id}/usage` → 200 */
export function listPreBillUsage(client: Client, input: { /** Id of the pre bill. */ id: PreBillId; limit?: number; cursor?: string; search?: string }, options?: Options): Promise<BilledUsagePage> {
  return request(client, { method: 'GET', path: `/api/v1/pre-bills/${encodeURIComponent(input.id)}/usage`, query: { limit: input.limit, cursor: input.cursor, search: input.search } }, options);
}

/** Pre-bills, newest first `GET /api/v1/pre-bills` → 200 */
export function listPreBills(client: Client, input: { limit?: number; cursor?: string; /** A number, or a part of a company name. */ search?: string; company?: CompanyId; state?: string; kind?: string; /** Made by this bill run. */ operation?: OperationId; from?: Timestamp; to?: Timestamp } = {}, options?: Options): Promise<PreBillPage> {
  return request(client, { method: 'GET', path: '/api/v1/pre-bills', query: { limit: input.limit, cursor: input.cursor, search: input.search, company: input.company, state: input.state, kind: input.kind, operation: input.operation, from: input.from, to: input.to } }, options);
}

/** List saved configurations of plans and pools, oldest first `GET /api/v1/presets` → 200 */
export function listPresets(client: Client, input: { limit?: number; cursor?: string; kind?: "plan" | "pool" } = {}, options?: Options): Promise<PresetPage> {
  return request(client, { method: 'GET', path: '/api/v1/presets', query: { limit: input.limit, cursor: input.cursor, kind: input.kind } }, options);
}

/** What gave a company credit, newest first: money that came for its invoices, and bills below zero `GET /api/v1/companies/{id}/receipts` → 200 */
export function listReceipts(client: Client, input: { /** Id of the company. */ id: CompanyId; limit?: number; cursor?: string; /** Those with something left. */ credit?: "true" }, options?: Options): Promise<ReceiptPage> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}/receipts`, query: { limit: input.limit, cursor: input.cursor, credit: input.credit } }, options);
}

/** What companies owe by open invoices, and for how long it has been due `GET /api/v1/receivables` → 200 */
export function listReceivables(client: Client, input: { limit?: number; cursor?: string; company?: CompanyId } = {}, options?: Options): Promise<ReceivablePage> {
  return request(client, { method: 'GET', path: '/api/v1/receivables', query: { limit: input.limit, cursor: input.cursor, company: input.company } }, options);
}

/** Receivables as CSV: all that match `GET /api/v1/receivables.csv` → 200 */
export function listReceivablesAsCsv(client: Client, input: { company?: CompanyId; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/receivables.csv', query: { company: input.company, columns: input.columns } }, options);
}

/** Receivables as a workbook: all that match `GET /api/v1/receivables.xlsx` → 200 */
export function listReceivablesAsXlsx(client: Client, input: { company?: CompanyId; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/receivables.xlsx', query: { company: input.company, columns: input.columns } }, options);
}

/** What refills of wallets offer, and between which bounds, for each currency `GET /api/v1/refill-amounts` → 200 */
export function listRefillAmounts(client: Client, input: { /** Of this one, whether somebody has set it or not. */ currency?: Currency } = {}, options?: Options): Promise<RefillAmountsList> {
  return request(client, { method: 'GET', path: '/api/v1/refill-amounts', query: { currency: input.currency } }, options);
}

/** Refills of a prepaid SIM, newest first `GET /api/v1/sims/{id}/refills` → 200 */
export function listRefills(client: Client, input: { /** Id of the sim. */ id: SimId; limit?: number; cursor?: string }, options?: Options): Promise<RefillPage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/refills`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** Refunds of a payment, newest first `GET /api/v1/payments/{id}/refunds` → 200 */
export function listRefunds(client: Client, input: { /** Id of the payment. */ id: PaymentId; limit?: number; cursor?: string }, options?: Options): Promise<RefundPage> {
  return request(client, { method: 'GET', path: `/api/v1/payments/${encodeURIComponent(input.id)}/refunds`, query: { limit: input.limit, cursor: input.cursor } }, options);
}

/** Usage records that were refused, newest first, with what was wrong `GET /api/v1/usage-records/rejected` → 200 */
export function listRejectedUsageRecords(client: Client, input: { limit?: number; cursor?: string; source?: string; code?: string; /** A part of the record id. */ search?: string } = {}, options?: Options): Promise<RejectedUsageRecordPage> {
  return request(client, { method: 'GET', path: '/api/v1/usage-records/rejected', query: { limit: input.limit, cursor: input.cursor, source: input.source, code: input.code, search: input.search } }, options);
}

/** Companies and invoices about which nothing is sent at present `GET /api/v1/reminder-pauses` → 200 */
export function listReminderPauses(client: Client, input: { limit?: number; cursor?: string; company?: CompanyId } = {}, options?: Options): Promise<ReminderPausePage> {
  return request(client, { method: 'GET', path: '/api/v1/reminder-pauses', query: { limit: input.limit, cursor: input.cursor, company: input.company } }, options);
}

/** What was earned in each month, net, by type, plan, telecom or company `GET /api/v1/revenue` → 200 */
export function listRevenue(client: Client, input: { limit?: number; cursor?: string; by?: "type" | "plan" | "telecom" | "company"; /** The first month; eleven before the last, unless given. */ from?: string; /** The last month; this one, unless given. */ to?: string } = {}, options?: Options): Promise<RevenuePage> {
  return request(client, { method: 'GET', path: '/api/v1/revenue', query: { limit: input.limit, cursor: input.cursor, by: input.by, from: input.from, to: input.to } }, options);
}

/** Revenue as CSV: all that match `GET /api/v1/revenue.csv` → 200 */
export function listRevenueAsCsv(client: Client, input: { by?: "type" | "plan" | "telecom" | "company"; /** The first month; eleven before the last, unless given. */ from?: string; /** The last month; this one, unless given. */ to?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/revenue.csv', query: { by: input.by, from: input.from, to: input.to, columns: input.columns } }, options);
}

/** Revenue as a workbook: all that match `GET /api/v1/revenue.xlsx` → 200 */
export function listRevenueAsXlsx(client: Client, input: { by?: "type" | "plan" | "telecom" | "company"; /** The first month; eleven before the last, unless given. */ from?: string; /** The last month; this one, unless given. */ to?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/revenue.xlsx', query: { by: input.by, from: input.from, to: input.to, columns: input.columns } }, options);
}

/** What was earned in each month, net, by type; with what telecoms cost `GET /api/v1/revenue/months` → 200 */
export function listRevenueMonths(client: Client, input: { /** The first month; eleven before the last, unless given. */ from?: string; /** The last month; this one, unless given. */ to?: string } = {}, options?: Options): Promise<RevenueMonths> {
  return request(client, { method: 'GET', path: '/api/v1/revenue/months', query: { from: input.from, to: input.to } }, options);
}

/** The roles that staff may have, with their permissions `GET /api/v1/roles` → 200 */
export function listRoles(client: Client, options?: Options): Promise<RoleList> {
  return request(client, { method: 'GET', path: '/api/v1/roles' }, options);
}

/** Sessions of all SIMs, the latest first `GET /api/v1/sessions` → 200 */
export function listSessions(client: Client, input: { limit?: number; cursor?: string; state?: "open" | "closed" | "stale" } = {}, options?: Options): Promise<SessionPage> {
  return request(client, { method: 'GET', path: '/api/v1/sessions', query: { limit: input.limit, cursor: input.cursor, state: input.state } }, options);
}

/** List the settings that a telecom puts onto its SIMs over the air `GET /api/v1/telecoms/{id}/settings-packages` → 200 */
export function listSettingsPackages(client: Client, input: { /** Id of the telecom. */ id: TelecomId }, options?: Options): Promise<SettingsPackages> {
  return request(client, { method: 'GET', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}/settings-packages` }, options);
}

/** List settings updates of SIMs, newest first `GET /api/v1/settings-updates` → 200 */
export function listSettingsUpdates(client: Client, input: { limit?: number; cursor?: string; sim?: SimId; status?: SettingsUpdateStatus } = {}, options?: Options): Promise<SettingsUpdatePage> {
  return request(client, { method: 'GET', path: '/api/v1/settings-updates', query: { limit: input.limit, cursor: input.cursor, sim: input.sim, status: input.status } }, options);
}

/** The sessions of a SIM, the latest first `GET /api/v1/sims/{id}/sessions` → 200 */
export function listSimSessions(client: Client, input: { /** Id of the sim. */ id: SimId; limit?: number; cursor?: string; state?: "open" | "closed" | "stale" }, options?: Options): Promise<SimSessionPage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/sessions`, query: { limit: input.limit, cursor: input.cursor, state: input.state } }, options);
}

/** List SIMs with their state, plan and usage, newest first `GET /api/v1/sims` → 200 */
export function listSims(client: Client, input: { limit?: number; cursor?: string; /** Part of ICCID, IMSI, MSISDN, EID, IMEI or name. */ search?: string; ids?: string; status?: string; telecom?: TelecomId; company?: CompanyId; /** SIMs of this end user. */ endUser?: EndUserId; fleet?: FleetId; plan?: PlanId; /** Members of this pool. */ pool?: PoolId; label?: string; online?: string; registered?: string; blocked?: string; /** The last added first, or the first. */ order?: "newest" | "oldest" } = {}, options?: Options): Promise<SimPage> {
  return request(client, { method: 'GET', path: '/api/v1/sims', query: { limit: input.limit, cursor: input.cursor, search: input.search, ids: input.ids, status: input.status, telecom: input.telecom, company: input.company, endUser: input.endUser, fleet: input.fleet, plan: input.plan, pool: input.pool, label: input.label, online: input.online, registered: input.registered, blocked: input.blocked, order: input.order } }, options);
}

/** SIMs as CSV: all that match `GET /api/v1/sims.csv` → 200 */
export function listSimsAsCsv(client: Client, input: { /** Part of ICCID, IMSI, MSISDN, EID, IMEI or name. */ search?: string; ids?: string; status?: string; telecom?: TelecomId; company?: CompanyId; /** SIMs of this end user. */ endUser?: EndUserId; fleet?: FleetId; plan?: PlanId; /** Members of this pool. */ pool?: PoolId; label?: string; online?: string; registered?: string; blocked?: string; /** The last added first, or the first. */ order?: "newest" | "oldest"; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/sims.csv', query: { search: input.search, ids: input.ids, status: input.status, telecom: input.telecom, company: input.company, endUser: input.endUser, fleet: input.fleet, plan: input.plan, pool: input.pool, label: input.label, online: input.online, registered: input.registered, blocked: input.blocked, order: input.order, columns: input.columns } }, options);
}

/** SIMs as a workbook: all that match `GET /api/v1/sims.xlsx` → 200 */
export function listSimsAsXlsx(client: Client, input: { /** Part of ICCID, IMSI, MSISDN, EID, IMEI or name. */ search?: string; ids?: string; status?: string; telecom?: TelecomId; company?: CompanyId; /** SIMs of this end user. */ endUser?: EndUserId; fleet?: FleetId; plan?: PlanId; /** Members of this pool. */ pool?: PoolId; label?: string; online?: string; registered?: string; blocked?: string; /** The last added first, or the first. */ order?: "newest" | "oldest"; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/sims.xlsx', query: { search: input.search, ids: input.ids, status: input.status, telecom: input.telecom, company: input.company, endUser: input.endUser, fleet: input.fleet, plan: input.plan, pool: input.pool, label: input.label, online: input.online, registered: input.registered, blocked: input.blocked, order: input.order, columns: input.columns } }, options);
}

/** List text to SIMs and from them, newest first `GET /api/v1/sms-commands` → 200 */
export function listSmsCommands(client: Client, input: { limit?: number; cursor?: string; sim?: SimId; company?: CompanyId; status?: "queued" | "sent" | "delivered" | "received" | "failed"; direction?: "to_sim" | "from_sim"; /** A part of the text; or six digits or more of an identifier of the SIM. */ search?: string } = {}, options?: Options): Promise<SmsCommandPage> {
  return request(client, { method: 'GET', path: '/api/v1/sms-commands', query: { limit: input.limit, cursor: input.cursor, sim: input.sim, company: input.company, status: input.status, direction: input.direction, search: input.search } }, options);
}

/** Messages as CSV: all that match `GET /api/v1/sms-commands.csv` → 200 */
export function listSmsCommandsAsCsv(client: Client, input: { sim?: SimId; company?: CompanyId; status?: "queued" | "sent" | "delivered" | "received" | "failed"; direction?: "to_sim" | "from_sim"; /** A part of the text; or six digits or more of an identifier of the SIM. */ search?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/sms-commands.csv', query: { sim: input.sim, company: input.company, status: input.status, direction: input.direction, search: input.search, columns: input.columns } }, options);
}

/** Messages as a workbook: all that match `GET /api/v1/sms-commands.xlsx` → 200 */
export function listSmsCommandsAsXlsx(client: Client, input: { sim?: SimId; company?: CompanyId; status?: "queued" | "sent" | "delivered" | "received" | "failed"; direction?: "to_sim" | "from_sim"; /** A part of the text; or six digits or more of an identifier of the SIM. */ search?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/sms-commands.xlsx', query: { sim: input.sim, company: input.company, status: input.status, direction: input.direction, search: input.search, columns: input.columns } }, options);
}

/** List staff, newest first `GET /api/v1/staff` → 200 */
export function listStaff(client: Client, input: { limit?: number; cursor?: string; search?: string; company?: CompanyId; role?: RoleId } = {}, options?: Options): Promise<StaffPage> {
  return request(client, { method: 'GET', path: '/api/v1/staff', query: { limit: input.limit, cursor: input.cursor, search: input.search, company: input.company, role: input.role } }, options);
}

/** List telecoms, newest first `GET /api/v1/telecoms` → 200 */
export function listTelecoms(client: Client, input: { limit?: number; cursor?: string; archived?: string } = {}, options?: Options): Promise<TelecomPage> {
  return request(client, { method: 'GET', path: '/api/v1/telecoms', query: { limit: input.limit, cursor: input.cursor, archived: input.archived } }, options);
}

/** Everything that happened to a SIM, newest first `GET /api/v1/sims/{id}/timeline` → 200 */
export function listTimeline(client: Client, input: { /** Id of the sim. */ id: SimId; limit?: number; cursor?: string; kind?: string }, options?: Options): Promise<TimelinePage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/timeline`, query: { limit: input.limit, cursor: input.cursor, kind: input.kind } }, options);
}

/** Refills, fees that wallets paid, payments of invoices, refunds and adjustments, newest first `GET /api/v1/transactions` → 200 */
export function listTransactions(client: Client, input: { limit?: number; cursor?: string; /** An identifier of a SIM, a name of who pays or whose wallet it is, a number of an invoice, a reference. */ search?: string; /** One, or several separated by commas. */ status?: string; /** One, or several separated by commas. */ type?: string; /** One, or several separated by commas. */ method?: string; currency?: Currency; payer?: CompanyId | EndUserId | OrganizationId; company?: CompanyId; endUser?: EndUserId; sim?: SimId; wallet?: WalletId; label?: string; /** The calendar month it began in, in the zone of the organization. */ billingCycle?: string; from?: Timestamp; to?: Timestamp } = {}, options?: Options): Promise<TransactionPage> {
  return request(client, { method: 'GET', path: '/api/v1/transactions', query: { limit: input.limit, cursor: input.cursor, search: input.search, status: input.status, type: input.type, method: input.method, currency: input.currency, payer: input.payer, company: input.company, endUser: input.endUser, sim: input.sim, wallet: input.wallet, label: input.label, billingCycle: input.billingCycle, from: input.from, to: input.to } }, options);
}

/** Transactions as CSV: all that match `GET /api/v1/transactions.csv` → 200 */
export function listTransactionsAsCsv(client: Client, input: { /** An identifier of a SIM, a name of who pays or whose wallet it is, a number of an invoice, a reference. */ search?: string; /** One, or several separated by commas. */ status?: string; /** One, or several separated by commas. */ type?: string; /** One, or several separated by commas. */ method?: string; currency?: Currency; payer?: CompanyId | EndUserId | OrganizationId; company?: CompanyId; endUser?: EndUserId; sim?: SimId; wallet?: WalletId; label?: string; /** The calendar month it began in, in the zone of the organization. */ billingCycle?: string; from?: Timestamp; to?: Timestamp; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/transactions.csv', query: { search: input.search, status: input.status, type: input.type, method: input.method, currency: input.currency, payer: input.payer, company: input.company, endUser: input.endUser, sim: input.sim, wallet: input.wallet, label: input.label, billingCycle: input.billingCycle, from: input.from, to: input.to, columns: input.columns } }, options);
}

/** Transactions as a workbook: all that match `GET /api/v1/transactions.xlsx` → 200 */
export function listTransactionsAsXlsx(client: Client, input: { /** An identifier of a SIM, a name of who pays or whose wallet it is, a number of an invoice, a reference. */ search?: string; /** One, or several separated by commas. */ status?: string; /** One, or several separated by commas. */ type?: string; /** One, or several separated by commas. */ method?: string; currency?: Currency; payer?: CompanyId | EndUserId | OrganizationId; company?: CompanyId; endUser?: EndUserId; sim?: SimId; wallet?: WalletId; label?: string; /** The calendar month it began in, in the zone of the organization. */ billingCycle?: string; from?: Timestamp; to?: Timestamp; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/transactions.xlsx', query: { search: input.search, status: input.status, type: input.type, method: input.method, currency: input.currency, payer: input.payer, company: input.company, endUser: input.endUser, sim: input.sim, wallet: input.wallet, label: input.label, billingCycle: input.billingCycle, from: input.from, to: input.to, columns: input.columns } }, options);
}

/** What telecoms handed in that fitted nothing, newest first; what is open unless told otherwise `GET /api/v1/unplaced-messages` → 200 */
export function listUnplacedMessages(client: Client, input: { limit?: number; cursor?: string; state?: string; kind?: "text" | "report" | "unreadable"; reason?: "unknown_sim" | "unknown_text" | "not_one_message" | "key_used" | "unreadable"; telecom?: TelecomId; /** A part of what it names: an IMSI, a number, an ICCID. */ search?: string } = {}, options?: Options): Promise<UnplacedMessagePage> {
  return request(client, { method: 'GET', path: '/api/v1/unplaced-messages', query: { limit: input.limit, cursor: input.cursor, state: input.state, kind: input.kind, reason: input.reason, telecom: input.telecom, search: input.search } }, options);
}

/** Usage that is not charged, newest first `GET /api/v1/unrated` → 200 */
export function listUnrated(client: Client, input: { limit?: number; cursor?: string; state?: string; reason?: "unknown_sim" | "not_registered" | "not_activated" | "archived" | "no_plan" | "no_period" | "no_rate" | "time_in_future" | "time_in_past" | "impossible_counter" | "fault" | "no_imsi"; service?: "data" | "sms" | "voice"; sim?: SimId; /** A part of the IMSI. */ search?: string } = {}, options?: Options): Promise<UnratedUsagePage> {
  return request(client, { method: 'GET', path: '/api/v1/unrated', query: { limit: input.limit, cursor: input.cursor, state: input.state, reason: input.reason, service: input.service, sim: input.sim, search: input.search } }, options);
}

/** Daily totals that carriers told, beside what is booked, the last day first `GET /api/v1/usage-restatements` → 200 */
export function listUsageDayTotals(client: Client, input: { limit?: number; cursor?: string; sim?: SimId; source?: string; service?: "data" | "sms" | "voice"; from?: string; to?: string; /** Only days that are not booked as told. A page may be short; go on by its cursor. */ differs?: string } = {}, options?: Options): Promise<UsageDayTotalPage> {
  return request(client, { method: 'GET', path: '/api/v1/usage-restatements', query: { limit: input.limit, cursor: input.cursor, sim: input.sim, source: input.source, service: input.service, from: input.from, to: input.to, differs: input.differs } }, options);
}

/** Daily totals as CSV: all that match `GET /api/v1/usage-restatements.csv` → 200 */
export function listUsageDayTotalsAsCsv(client: Client, input: { sim?: SimId; source?: string; service?: "data" | "sms" | "voice"; from?: string; to?: string; /** Only days that are not booked as told. A page may be short; go on by its cursor. */ differs?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/usage-restatements.csv', query: { sim: input.sim, source: input.source, service: input.service, from: input.from, to: input.to, differs: input.differs, columns: input.columns } }, options);
}

/** Daily totals as a workbook: all that match `GET /api/v1/usage-restatements.xlsx` → 200 */
export function listUsageDayTotalsAsXlsx(client: Client, input: { sim?: SimId; source?: string; service?: "data" | "sms" | "voice"; from?: string; to?: string; /** Only days that are not booked as told. A page may be short; go on by its cursor. */ differs?: string; /** Which columns, in this order; all unless told otherwise. */ columns?: string } = {}, options?: Options): Promise<string> {
  return request(client, { method: 'GET', path: '/api/v1/usage-restatements.xlsx', query: { sim: input.sim, source: input.source, service: input.service, from: input.from, to: input.to, differs: input.differs, columns: input.columns } }, options);
}

/** The usage records of a SIM with their charges, newest first `GET /api/v1/sims/{id}/usage-records` → 200 */
export function listUsageRecords(client: Client, input: { /** Id of the sim. */ id: SimId; limit?: number; cursor?: string; period?: PeriodId; service?: "data" | "sms" | "voice" }, options?: Options): Promise<UsageRecordPage> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/usage-records`, query: { limit: input.limit, cursor: input.cursor, period: input.period, service: input.service } }, options);
}

/** Money of wallets that people moved or asked to move, newest first `GET /api/v1/wallet-adjustments` → 200 */
export function listWalletAdjustments(client: Client, input: { limit?: number; cursor?: string; state?: string; wallet?: WalletId } = {}, options?: Options): Promise<WalletAdjustmentPage> {
  return request(client, { method: 'GET', path: '/api/v1/wallet-adjustments', query: { limit: input.limit, cursor: input.cursor, state: input.state, wallet: input.wallet } }, options);
}

/** What a wallet holds: what was given and what was paid, in the order of spending `GET /api/v1/wallets/{id}/balances` → 200 */
export function listWalletBalances(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<WalletBalances> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/balances` }, options);
}

/** What came into a wallet and what went, newest first `GET /api/v1/wallets/{id}/history` → 200 */
export function listWalletHistory(client: Client, input: { /** Id of the wallet. */ id: WalletId; limit?: number; cursor?: string; kind?: string; from?: Timestamp; to?: Timestamp }, options?: Options): Promise<WalletMovementPage> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/history`, query: { limit: input.limit, cursor: input.cursor, kind: input.kind, from: input.from, to: input.to } }, options);
}

/** What is and was set aside of a wallet, newest first `GET /api/v1/wallets/{id}/holds` → 200 */
export function listWalletHolds(client: Client, input: { /** Id of the wallet. */ id: WalletId; limit?: number; cursor?: string; state?: string }, options?: Options): Promise<WalletHoldPage> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/holds`, query: { limit: input.limit, cursor: input.cursor, state: input.state } }, options);
}

/** Above which amount somebody else must agree to money that is moved by hand `GET /api/v1/wallet-limits` → 200 */
export function listWalletLimits(client: Client, options?: Options): Promise<WalletLimits> {
  return request(client, { method: 'GET', path: '/api/v1/wallet-limits' }, options);
}

/** What was given to a wallet beside what was paid in, newest first `GET /api/v1/wallets/{id}/parts` → 200 */
export function listWalletParts(client: Client, input: { /** Id of the wallet. */ id: WalletId; limit?: number; cursor?: string; kind?: string; /** Those that are still spent from, or those that are spent, expired or taken back. */ open?: string }, options?: Options): Promise<WalletPartPage> {
  return request(client, { method: 'GET', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/parts`, query: { limit: input.limit, cursor: input.cursor, kind: input.kind, open: input.open } }, options);
}

/** Wallets and what is in them, newest first `GET /api/v1/wallets` → 200 */
export function listWallets(client: Client, input: { limit?: number; cursor?: string; search?: string; owner?: CompanyId | EndUserId | OrganizationId; /** Those that stand at their floor or below it. */ belowFloor?: string } = {}, options?: Options): Promise<WalletPage> {
  return request(client, { method: 'GET', path: '/api/v1/wallets', query: { limit: input.limit, cursor: input.cursor, search: input.search, owner: input.owner, belowFloor: input.belowFloor } }, options);
}

/** List zones, newest first `GET /api/v1/zones` → 200 */
export function listZones(client: Client, input: { limit?: number; cursor?: string; search?: string; /** Zones that name this country. */ country?: string; archived?: string } = {}, options?: Options): Promise<ZonePage> {
  return request(client, { method: 'GET', path: '/api/v1/zones', query: { limit: input.limit, cursor: input.cursor, search: input.search, country: input.country, archived: input.archived } }, options);
}

/** A link to see the pages of an end user as they do, good for two minutes; in a sandbox one may act there as well `POST /api/v1/end-users/{id}/look` → 201 */
export function lookAsEndUser(client: Client, input: { /** Id of the end user. */ id: EndUserId }, options?: Options): Promise<HandedLink> {
  return request(client, { method: 'POST', path: `/api/v1/end-users/${encodeURIComponent(input.id)}/look` }, options);
}

/** Ask the provider once more what became of a refund `POST /api/v1/refunds/{id}/look` → 200 */
export function lookRefund(client: Client, input: { /** Id of the refund. */ id: RefundId }, options?: Options): Promise<Refund> {
  return request(client, { method: 'POST', path: `/api/v1/refunds/${encodeURIComponent(input.id)}/look` }, options);
}

/** Mail an invoice or a credit note to its company now, again if it was before `POST /api/v1/invoices/{id}/mailings` → 202 */
export function mailInvoice(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<Mailing> {
  return request(client, { method: 'POST', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/mailings` }, options);
}

/** Make a link by which an invoice is seen and paid without signing in `POST /api/v1/invoices/{id}/links` → 201 */
export function makeInvoiceLink(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; body: MakeInvoiceLink }, options?: Options): Promise<MadeInvoiceLink> {
  return request(client, { method: 'POST', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/links`, body: input.body }, options);
}

/** Make a card what its owner pays with when nobody is there to choose `POST /api/v1/my/payment-methods/{id}/default` → 200 */
export function makeMyPaymentMethodDefault(client: Client, input: { /** Id of the payment method. */ id: PaymentMethodId }, options?: Options): Promise<PaymentMethod> {
  return request(client, { method: 'POST', path: `/api/v1/my/payment-methods/${encodeURIComponent(input.id)}/default` }, options);
}

/** Make a card what its owner pays with when nobody is there to choose `POST /api/v1/payment-methods/{id}/default` → 200 */
export function makePaymentMethodDefault(client: Client, input: { /** Id of the payment method. */ id: PaymentMethodId }, options?: Options): Promise<PaymentMethod> {
  return request(client, { method: 'POST', path: `/api/v1/payment-methods/${encodeURIComponent(input.id)}/default` }, options);
}

/** Open the wallet of a company, an end user or the organization `POST /api/v1/wallets` → 201 */
export function openWallet(client: Client, input: { body: OpenWallet }, options?: Options): Promise<Wallet> {
  return request(client, { method: 'POST', path: '/api/v1/wallets', body: input.body }, options);
}

/** Send a company no reminders meanwhile `PUT /api/v1/companies/{id}/reminder-pause` → 200 */
export function pauseCompanyReminders(client: Client, input: { /** Id of the company. */ id: CompanyId; body: PauseReminders }, options?: Options): Promise<ReminderPause> {
  return request(client, { method: 'PUT', path: `/api/v1/companies/${encodeURIComponent(input.id)}/reminder-pause`, body: input.body }, options);
}

/** Send no reminder of an invoice meanwhile `PUT /api/v1/invoices/{id}/reminder-pause` → 200 */
export function pauseInvoiceReminders(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; body: PauseReminders }, options?: Options): Promise<ReminderPause> {
  return request(client, { method: 'PUT', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/reminder-pause`, body: input.body }, options);
}

/** Note that what is left of a credit note was sent back by bank `POST /api/v1/invoices/{id}/payouts` → 201 */
export function payOutCreditNote(client: Client, input: { /** Id of the invoice. */ id: InvoiceId; body: PayOut }, options?: Options): Promise<Payout> {
  return request(client, { method: 'POST', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/payouts`, body: input.body }, options);
}

/** Charge this usage in the running period of its SIM, whatever its own time says `POST /api/v1/unrated/place` → 202 */
export function placeUnrated(client: Client, input: { body: PlaceUnrated }, options?: Options): Promise<UnratedPlaced> {
  return request(client, { method: 'POST', path: '/api/v1/unrated/place', body: input.body }, options);
}

/** Set money of a wallet aside: fees, purchases and refills leave it `POST /api/v1/wallets/{id}/holds` → 201 */
export function placeWalletHold(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: PlaceHold }, options?: Options): Promise<WalletHold> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/holds`, body: input.body }, options);
}

/** What a company would be billed now, and what still runs `GET /api/v1/companies/{id}/bill-preview` → 200 */
export function previewBill(client: Client, input: { /** Id of the company. */ id: CompanyId }, options?: Options): Promise<BillPreview> {
  return request(client, { method: 'GET', path: `/api/v1/companies/${encodeURIComponent(input.id)}/bill-preview` }, options);
}

/** What an assignment of a plan, or its end, would do to SIMs, and what it would cost `POST /api/v1/plan-assignments/preview` → 200 */
export function previewPlanAssignment(client: Client, input: { body: PreviewPlanAssignment }, options?: Options): Promise<PlanAssignmentPreview> {
  return request(client, { method: 'POST', path: '/api/v1/plan-assignments/preview', body: input.body }, options);
}

/** The letter of a step, in made-up figures `POST /api/v1/reminder-settings/{account}/preview` → 200 */
export function previewReminder(client: Client, input: { account: CompanyId | OrganizationId; body: PreviewReminder }, options?: Options): Promise<ReminderPreview> {
  return request(client, { method: 'POST', path: `/api/v1/reminder-settings/${encodeURIComponent(input.account)}/preview`, body: input.body }, options);
}

/** What something comes to before it is paid: net, VAT, gross `POST /api/v1/my/payments/quotes` → 200 */
export function quoteMyPayment(client: Client, input: { body: NewQuote }, options?: Options): Promise<PaymentQuote> {
  return request(client, { method: 'POST', path: '/api/v1/my/payments/quotes', body: input.body }, options);
}

/** What something comes to before it is paid: net, VAT, gross `POST /api/v1/payments/quotes` → 200 */
export function quotePayment(client: Client, input: { body: NewQuote }, options?: Options): Promise<PaymentQuote> {
  return request(client, { method: 'POST', path: '/api/v1/payments/quotes', body: input.body }, options);
}

/** Read the accounts and taxes of the books again; chartDue says when that is done `POST /api/v1/accounting/connection/chart` → 200 */
export function readAccountingChart(client: Client, options?: Options): Promise<AccountingConnection> {
  return request(client, { method: 'POST', path: '/api/v1/accounting/connection/chart' }, options);
}

/** What a link is for, before it is used `POST /api/auth/links/read` → 200 */
export function readLink(client: Client, input: { body: UseLink }, options?: Options): Promise<SignInLink> {
  return request(client, { method: 'POST', path: '/api/auth/links/read', body: input.body }, options);
}

/** Ask the telecom again about a SIM that it rejected `POST /api/v1/sims/{id}/recheck` → 200 */
export function recheckSim(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<Sim> {
  return request(client, { method: 'POST', path: `/api/v1/sims/${encodeURIComponent(input.id)}/recheck` }, options);
}

/** Keep what a check of the VAT number by hand has said `POST /api/v1/tax/{account}/number/checks` → 200 */
export function recordTaxNumberCheck(client: Client, input: { account: CompanyId | EndUserId | OrganizationId; body: RecordTaxCheck }, options?: Options): Promise<AccountTax> {
  return request(client, { method: 'POST', path: `/api/v1/tax/${encodeURIComponent(input.account)}/number/checks`, body: input.body }, options);
}

/** Collect a pending pre-bill anew, with the usage that came since `POST /api/v1/pre-bills/{id}/refresh` → 200 */
export function refreshPreBill(client: Client, input: { /** Id of the pre bill. */ id: PreBillId }, options?: Options): Promise<PreBillDetail> {
  return request(client, { method: 'POST', path: `/api/v1/pre-bills/${encodeURIComponent(input.id)}/refresh` }, options);
}

/** Give back what was paid, or a part of it; data that a SIM got for it stays `POST /api/v1/payments/{id}/refunds` → 201 */
export function refundPayment(client: Client, input: { /** Id of the payment. */ id: PaymentId; body: NewRefund }, options?: Options): Promise<Refund> {
  return request(client, { method: 'POST', path: `/api/v1/payments/${encodeURIComponent(input.id)}/refunds`, body: input.body }, options);
}

/** Move a SIM from stock into an account by the code on its card `POST /api/v1/sims/registrations` → 201 */
export function registerSim(client: Client, input: { body: RegisterSim }, options?: Options): Promise<Sim> {
  return request(client, { method: 'POST', path: '/api/v1/sims/registrations', body: input.body }, options);
}

/** Reject a pre-bill: what is on it is open again, and on the next `POST /api/v1/pre-bills/{id}/reject` → 200 */
export function rejectPreBill(client: Client, input: { /** Id of the pre bill. */ id: PreBillId; body: RejectPreBill }, options?: Options): Promise<PreBillDetail> {
  return request(client, { method: 'POST', path: `/api/v1/pre-bills/${encodeURIComponent(input.id)}/reject`, body: input.body }, options);
}

/** Say no to what somebody asked for `POST /api/v1/wallet-adjustments/{id}/reject` → 200 */
export function rejectWalletAdjustment(client: Client, input: { /** Id of the wallet adjustment. */ id: WalletAdjustmentId; body: DecideWalletAdjustment }, options?: Options): Promise<WalletAdjustment> {
  return request(client, { method: 'POST', path: `/api/v1/wallet-adjustments/${encodeURIComponent(input.id)}/reject`, body: input.body }, options);
}

/** Set free what is left of a hold `POST /api/v1/wallets/{id}/holds/{hold}/release` → 200 */
export function releaseWalletHold(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** Id of the wallet hold. */ hold: WalletHoldId }, options?: Options): Promise<WalletHold> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/holds/${encodeURIComponent(input.hold)}/release` }, options);
}

/** Bills have the name of the organization instead of a logo `DELETE /api/v1/document-settings/logo` → 200 */
export function removeDocumentLogo(client: Client, options?: Options): Promise<DocumentSettings> {
  return request(client, { method: 'DELETE', path: '/api/v1/document-settings/logo' }, options);
}

/** Remove a card, here and at its provider `DELETE /api/v1/my/payment-methods/{id}` → 204 */
export function removeMyPaymentMethod(client: Client, input: { /** Id of the payment method. */ id: PaymentMethodId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/my/payment-methods/${encodeURIComponent(input.id)}` }, options);
}

/** Remove a network access server `DELETE /api/v1/nases/{id}` → 204 */
export function removeNas(client: Client, input: { /** Id of the nas. */ id: NasId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/nases/${encodeURIComponent(input.id)}` }, options);
}

/** Remove a card, here and at its provider `DELETE /api/v1/payment-methods/{id}` → 204 */
export function removePaymentMethod(client: Client, input: { /** Id of the payment method. */ id: PaymentMethodId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/payment-methods/${encodeURIComponent(input.id)}` }, options);
}

/** Take up to 1,000 SIMs out of a pool now: onto another plan, or off any, which suspends them `POST /api/v1/pools/{id}/members/removals` → 200 */
export function removePoolMembers(client: Client, input: { /** Id of the pool. */ id: PoolId; body: RemovePoolMembers }, options?: Options): Promise<PoolMembersResult> {
  return request(client, { method: 'POST', path: `/api/v1/pools/${encodeURIComponent(input.id)}/members/removals`, body: input.body }, options);
}

/** Remove somebody: they are out with their next request `DELETE /api/v1/staff/{id}` → 204 */
export function removeStaff(client: Client, input: { /** Id of the staff. */ id: StaffId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/staff/${encodeURIComponent(input.id)}` }, options);
}

/** Send a request that was delivered, or given up, once more `POST /api/v1/deliveries/{id}/replay` → 200 */
export function replayDelivery(client: Client, input: { /** Id of the delivery. */ id: DeliveryId }, options?: Options): Promise<DeliveryDetail> {
  return request(client, { method: 'POST', path: `/api/v1/deliveries/${encodeURIComponent(input.id)}/replay` }, options);
}

/** Try again to place them; what still fits nothing stays `POST /api/v1/unplaced-messages/replay` → 200 */
export function replayUnplacedMessages(client: Client, input: { body: ReplayUnplaced }, options?: Options): Promise<UnplacedReplayed> {
  return request(client, { method: 'POST', path: '/api/v1/unplaced-messages/replay', body: input.body }, options);
}

/** Charge this usage again; what still cannot be charged comes back with its reason `POST /api/v1/unrated/replay` → 202 */
export function replayUnrated(client: Client, input: { body: ReplayUnrated }, options?: Options): Promise<ReplayAsked> {
  return request(client, { method: 'POST', path: '/api/v1/unrated/replay', body: input.body }, options);
}

/** Forgive what payers refused, and look again at once `POST /api/v1/auto-refills/{id}/resume` → 200 */
export function resumeAutoRefill(client: Client, input: { /** Id of the auto refill. */ id: AutoRefillId }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'POST', path: `/api/v1/auto-refills/${encodeURIComponent(input.id)}/resume` }, options);
}

/** Remind a company again `DELETE /api/v1/companies/{id}/reminder-pause` → 204 */
export function resumeCompanyReminders(client: Client, input: { /** Id of the company. */ id: CompanyId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/companies/${encodeURIComponent(input.id)}/reminder-pause` }, options);
}

/** Remind of an invoice again `DELETE /api/v1/invoices/{id}/reminder-pause` → 204 */
export function resumeInvoiceReminders(client: Client, input: { /** Id of the invoice. */ id: InvoiceId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/invoices/${encodeURIComponent(input.id)}/reminder-pause` }, options);
}

/** Forgive what payers refused, and look again at once `POST /api/v1/my/auto-refills/{id}/resume` → 200 */
export function resumeMyAutoRefill(client: Client, input: { /** Id of the auto refill. */ id: AutoRefillId }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'POST', path: `/api/v1/my/auto-refills/${encodeURIComponent(input.id)}/resume` }, options);
}

/** Go on where it was stopped or has failed `POST /api/v1/operations/{id}/resume` → 200 */
export function resumeOperation(client: Client, input: { /** Id of the operation. */ id: OperationId }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: `/api/v1/operations/${encodeURIComponent(input.id)}/resume` }, options);
}

/** End the suspension of a SIM, which makes it active `DELETE /api/v1/sims/{id}/suspension` → 200 */
export function resumeSim(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<Sim> {
  return request(client, { method: 'DELETE', path: `/api/v1/sims/${encodeURIComponent(input.id)}/suspension` }, options);
}

/** Have something written again, now `POST /api/v1/accounting/pushes/{id}/retry` → 200 */
export function retryAccountingPush(client: Client, input: { /** Id of the accounting push. */ id: AccountingPushId }, options?: Options): Promise<AccountingPush> {
  return request(client, { method: 'POST', path: `/api/v1/accounting/pushes/${encodeURIComponent(input.id)}/retry` }, options);
}

/** Have everything written again that failed `POST /api/v1/accounting/pushes/retry` → 200 */
export function retryAccountingPushes(client: Client, options?: Options): Promise<AccountingRetried> {
  return request(client, { method: 'POST', path: '/api/v1/accounting/pushes/retry' }, options);
}

/** Try the failed rows again `POST /api/v1/operations/{id}/retry-failed` → 200 */
export function retryFailedRows(client: Client, input: { /** Id of the operation. */ id: OperationId }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: `/api/v1/operations/${encodeURIComponent(input.id)}/retry-failed` }, options);
}

/** Try a missed reaction again, within seconds `POST /api/v1/missed-reactions/{id}/retry` → 200 */
export function retryMissedReaction(client: Client, input: { /** Id of the event. */ id: EventId }, options?: Options): Promise<MissedReaction> {
  return request(client, { method: 'POST', path: `/api/v1/missed-reactions/${encodeURIComponent(input.id)}/retry` }, options);
}

/** The code printed on the card; the look is audited `GET /api/v1/sims/{id}/registration-code` → 200 */
export function revealRegistrationCode(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<RegistrationCode> {
  return request(client, { method: 'GET', path: `/api/v1/sims/${encodeURIComponent(input.id)}/registration-code` }, options);
}

/** Revoke an API key; it stops within seconds `DELETE /api/v1/api-keys/{id}` → 204 */
export function revokeApiKey(client: Client, input: { /** Id of the api key. */ id: ApiKeyId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/api-keys/${encodeURIComponent(input.id)}` }, options);
}

/** End a link to an invoice at once `POST /api/v1/invoice-links/{id}/revoke` → 200 */
export function revokeInvoiceLink(client: Client, input: { /** Id of the invoice link. */ id: InvoiceLinkId }, options?: Options): Promise<InvoiceLink> {
  return request(client, { method: 'POST', path: `/api/v1/invoice-links/${encodeURIComponent(input.id)}/revoke` }, options);
}

/** Send data to a SIM that is ready or active: one UDP datagram to the address of its open session `POST /api/v1/ip-commands` → 201 */
export function sendIpCommand(client: Client, input: { body: SendIpCommand }, options?: Options): Promise<IpCommand> {
  return request(client, { method: 'POST', path: '/api/v1/ip-commands', body: input.body }, options);
}

/** Send a letter that was sent, held or given up `POST /api/v1/letters/{id}/send` → 200 */
export function sendLetter(client: Client, input: { /** Id of the letter. */ id: LetterId }, options?: Options): Promise<LetterDetail> {
  return request(client, { method: 'POST', path: `/api/v1/letters/${encodeURIComponent(input.id)}/send` }, options);
}

/** Send text to a SIM that is ready or active `POST /api/v1/sms-commands` → 201 */
export function sendSmsCommand(client: Client, input: { body: SendSmsCommand }, options?: Options): Promise<SmsCommand> {
  return request(client, { method: 'POST', path: '/api/v1/sms-commands', body: input.body }, options);
}

/** Say which contact a company is there, or have it looked for again `PUT /api/v1/accounting/contacts/{id}` → 200 */
export function setAccountingContact(client: Client, input: { /** Id of the company. */ id: CompanyId; body: SetAccountingContact }, options?: Options): Promise<AccountingContact> {
  return request(client, { method: 'PUT', path: `/api/v1/accounting/contacts/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Say what the books call them; what failed for want of a name is written again `PUT /api/v1/accounting/mapping` → 200 */
export function setAccountingMapping(client: Client, input: { body: SetAccountingMapping }, options?: Options): Promise<AccountingMapping> {
  return request(client, { method: 'PUT', path: '/api/v1/accounting/mapping', body: input.body }, options);
}

/** Set who an account is on its bills; bills that exist keep what they have `PUT /api/v1/billing-details/{account}` → 200 */
export function setBillingDetails(client: Client, input: { account: CompanyId | EndUserId | OrganizationId; body: SetBillingDetails }, options?: Options): Promise<BillingDetails> {
  return request(client, { method: 'PUT', path: `/api/v1/billing-details/${encodeURIComponent(input.account)}`, body: input.body }, options);
}

/** Set what a telecom costs from a month on, for a margin beside the revenue `POST /api/v1/telecoms/{id}/costs` → 201 */
export function setCarrierCost(client: Client, input: { /** Id of the telecom. */ id: TelecomId; body: SetCarrierCost }, options?: Options): Promise<CarrierCosts> {
  return request(client, { method: 'POST', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}/costs`, body: input.body }, options);
}

/** Set the logo of bills `PUT /api/v1/document-settings/logo` → 200 */
export function setDocumentLogo(client: Client, input: { body: SetDocumentLogo }, options?: Options): Promise<DocumentSettings> {
  return request(client, { method: 'PUT', path: '/api/v1/document-settings/logo', body: input.body }, options);
}

/** Set bank details and footer of bills `PUT /api/v1/document-settings` → 200 */
export function setDocumentSettings(client: Client, input: { body: SetDocumentSettings }, options?: Options): Promise<DocumentSettings> {
  return request(client, { method: 'PUT', path: '/api/v1/document-settings', body: input.body }, options);
}

/** Refill a prepaid SIM by itself when it has less than so much data `PUT /api/v1/my/sims/{id}/auto-refill` → 200 */
export function setMySimAutoRefill(client: Client, input: { /** Id of the sim. */ id: SimId; body: SetSimAutoRefill }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'PUT', path: `/api/v1/my/sims/${encodeURIComponent(input.id)}/auto-refill`, body: input.body }, options);
}

/** Refill a wallet by itself when it holds less than so much `PUT /api/v1/my/wallets/{id}/auto-refill` → 200 */
export function setMyWalletAutoRefill(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: SetWalletAutoRefill }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'PUT', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/auto-refill`, body: input.body }, options);
}

/** Decide what happens when a payment is disputed `PUT /api/v1/payment-settings` → 200 */
export function setPaymentSettings(client: Client, input: { body: SetPaymentSettings }, options?: Options): Promise<PaymentSettings> {
  return request(client, { method: 'PUT', path: '/api/v1/payment-settings', body: input.body }, options);
}

/** Set what refills of wallets in a currency offer, between which bounds, and what is given with them `PUT /api/v1/refill-amounts` → 200 */
export function setRefillAmounts(client: Client, input: { body: SetRefillAmounts }, options?: Options): Promise<RefillAmounts> {
  return request(client, { method: 'PUT', path: '/api/v1/refill-amounts', body: input.body }, options);
}

/** Refill a prepaid SIM by itself when it has less than so much data `PUT /api/v1/sims/{id}/auto-refill` → 200 */
export function setSimAutoRefill(client: Client, input: { /** Id of the sim. */ id: SimId; body: SetSimAutoRefill }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'PUT', path: `/api/v1/sims/${encodeURIComponent(input.id)}/auto-refill`, body: input.body }, options);
}

/** Make a SIM ready, active, suspended or archived `POST /api/v1/sims/{id}/status` → 200 */
export function setSimStatus(client: Client, input: { /** Id of the sim. */ id: SimId; body: SetSimStatus }, options?: Options): Promise<Sim> {
  return request(client, { method: 'POST', path: `/api/v1/sims/${encodeURIComponent(input.id)}/status`, body: input.body }, options);
}

/** Set the VAT number of an account; it is to be checked then `PUT /api/v1/tax/{account}/number` → 200 */
export function setTaxNumber(client: Client, input: { account: CompanyId | EndUserId | OrganizationId; body: SetTaxNumber }, options?: Options): Promise<AccountTax> {
  return request(client, { method: 'PUT', path: `/api/v1/tax/${encodeURIComponent(input.account)}/number`, body: input.body }, options);
}

/** Set the VAT of an account from a day on `POST /api/v1/tax/{account}/rates` → 200 */
export function setTaxRate(client: Client, input: { account: CompanyId | EndUserId | OrganizationId; body: SetTaxRate }, options?: Options): Promise<AccountTax> {
  return request(client, { method: 'POST', path: `/api/v1/tax/${encodeURIComponent(input.account)}/rates`, body: input.body }, options);
}

/** Refill a wallet by itself when it holds less than so much `PUT /api/v1/wallets/{id}/auto-refill` → 200 */
export function setWalletAutoRefill(client: Client, input: { /** Id of the wallet. */ id: WalletId; body: SetWalletAutoRefill }, options?: Options): Promise<AutoRefill> {
  return request(client, { method: 'PUT', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/auto-refill`, body: input.body }, options);
}

/** Set that limit for a currency, or take it away; once one has a limit, a currency without one has no room `PUT /api/v1/wallet-limits` → 200 */
export function setWalletLimit(client: Client, input: { body: SetWalletLimit }, options?: Options): Promise<WalletLimits> {
  return request(client, { method: 'PUT', path: '/api/v1/wallet-limits', body: input.body }, options);
}

/** Set when new wallets bear VAT; those that are open keep theirs `PUT /api/v1/wallet-settings` → 200 */
export function setWalletSettings(client: Client, input: { body: SetWalletSettings }, options?: Options): Promise<WalletSettings> {
  return request(client, { method: 'PUT', path: '/api/v1/wallet-settings', body: input.body }, options);
}

/** Settle a payment that came to another amount than was asked for `POST /api/v1/payments/{id}/settle` → 200 */
export function settlePayment(client: Client, input: { /** Id of the payment. */ id: PaymentId; body: SettlePayment }, options?: Options): Promise<Payment> {
  return request(client, { method: 'POST', path: `/api/v1/payments/${encodeURIComponent(input.id)}/settle`, body: input.body }, options);
}

/** Approve or reject many pre-bills: those named, or all pending ones that match. An operation: one that is refused stops no other `POST /api/v1/pre-bills/bulk` → 202 */
export function settlePreBills(client: Client, input: { body: SettlePreBills }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: '/api/v1/pre-bills/bulk', body: input.body }, options);
}

/** Sign in to the console; the answer sets the session cookie `POST /api/auth/sign-in/email` → 200 */
export function signIn(client: Client, input: { body: SignIn }, options?: Options): Promise<SignedIn> {
  return request(client, { method: 'POST', path: '/api/auth/sign-in/email', body: input.body }, options);
}

/** Sign out; the session ends at once `POST /api/auth/sign-out` → 204 */
export function signOut(client: Client, options?: Options): Promise<void> {
  return request(client, { method: 'POST', path: '/api/auth/sign-out' }, options);
}

/** Do the good rows of a checked operation `POST /api/v1/operations/{id}/start` → 200 */
export function startOperation(client: Client, input: { /** Id of the operation. */ id: OperationId }, options?: Options): Promise<Operation> {
  return request(client, { method: 'POST', path: `/api/v1/operations/${encodeURIComponent(input.id)}/start` }, options);
}

/** New events and pokes of usage as server-sent events; Last-Event-ID goes on where a stream broke off `GET /api/v1/events/stream` → 200 */
export function streamEvents(client: Client, input: { after?: Count } = {}, options?: Options): Promise<Response> {
  return request(client, { method: 'GET', path: '/api/v1/events/stream', query: { after: input.after }, stream: true }, options);
}

/** Suspend a SIM `POST /api/v1/sims/{id}/suspension` → 201 */
export function suspendSim(client: Client, input: { /** Id of the sim. */ id: SimId; body: SuspendSim }, options?: Options): Promise<Sim> {
  return request(client, { method: 'POST', path: `/api/v1/sims/${encodeURIComponent(input.id)}/suspension`, body: input.body }, options);
}

/** Switch off the auto-refill of a SIM `DELETE /api/v1/my/sims/{id}/auto-refill` → 204 */
export function switchMyOffSimAutoRefill(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/my/sims/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** Switch off the auto-refill of a wallet `DELETE /api/v1/my/wallets/{id}/auto-refill` → 204 */
export function switchMyOffWalletAutoRefill(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/my/wallets/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** Switch off the auto-refill of a SIM `DELETE /api/v1/sims/{id}/auto-refill` → 204 */
export function switchOffSimAutoRefill(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/sims/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** Switch off the auto-refill of a wallet `DELETE /api/v1/wallets/{id}/auto-refill` → 204 */
export function switchOffWalletAutoRefill(client: Client, input: { /** Id of the wallet. */ id: WalletId }, options?: Options): Promise<void> {
  return request(client, { method: 'DELETE', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/auto-refill` }, options);
}

/** Hand in up to 1,000 texts from devices and delivery reports; each is taken once `POST /api/v1/telecoms/{id}/messages` → 200 */
export function takeInMessages(client: Client, input: { /** Id of the telecom. */ id: TelecomId; body: IncomingMessages }, options?: Options): Promise<MessagesTaken> {
  return request(client, { method: 'POST', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}/messages`, body: input.body }, options);
}

/** Hand in up to 10,000 usage records, as JSON or as lines of JSON; each is charged once `POST /api/v1/usage-records` → 200 */
export function takeInUsageRecords(client: Client, input: { /** Where the ids come from. */ source?: string; body: UsageRecords }, options?: Options): Promise<UsageRecordsTaken> {
  return request(client, { method: 'POST', path: '/api/v1/usage-records', query: { source: input.source }, body: input.body }, options);
}

/** Hand in up to 1,000 daily totals of carriers; what differs from what is booked is booked `POST /api/v1/usage-restatements` → 200 */
export function takeInUsageRestatements(client: Client, input: { /** Whose totals these are. */ source?: string; body: UsageRestatements }, options?: Options): Promise<UsageRestatementsTaken> {
  return request(client, { method: 'POST', path: '/api/v1/usage-restatements', query: { source: input.source }, body: input.body }, options);
}

/** Move a SIM from stock into an account; the organization holds the stock and needs no code `POST /api/v1/sims/{id}/registration` → 201 */
export function takeSimFromStock(client: Client, input: { /** Id of the sim. */ id: SimId; body: TakeSimFromStock }, options?: Options): Promise<Sim> {
  return request(client, { method: 'POST', path: `/api/v1/sims/${encodeURIComponent(input.id)}/registration`, body: input.body }, options);
}

/** Send a test event; what became of it is in its delivery `POST /api/v1/event-sinks/{id}/test` → 200 */
export function testEventSink(client: Client, input: { /** Id of the event sink. */ id: EventSinkId }, options?: Options): Promise<TestedEventSink> {
  return request(client, { method: 'POST', path: `/api/v1/event-sinks/${encodeURIComponent(input.id)}/test` }, options);
}

/** Lift the block that staff set; blocks of other reasons stay `DELETE /api/v1/sims/{id}/blocks/manual` → 200 */
export function unblockSim(client: Client, input: { /** Id of the sim. */ id: SimId }, options?: Options): Promise<Sim> {
  return request(client, { method: 'DELETE', path: `/api/v1/sims/${encodeURIComponent(input.id)}/blocks/manual` }, options);
}

/** Take an allocation back: its money is credit on account again, its invoice open `POST /api/v1/allocations/{id}/undo` → 201 */
export function undoAllocation(client: Client, input: { /** Id of the allocation. */ id: AllocationId; body: UndoAllocation }, options?: Options): Promise<Receipt> {
  return request(client, { method: 'POST', path: `/api/v1/allocations/${encodeURIComponent(input.id)}/undo`, body: input.body }, options);
}

/** Change a company `PATCH /api/v1/companies/{id}` → 200 */
export function updateCompany(client: Client, input: { /** Id of the company. */ id: CompanyId; body: UpdateCompany }, options?: Options): Promise<Company> {
  return request(client, { method: 'PATCH', path: `/api/v1/companies/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change an end user `PATCH /api/v1/end-users/{id}` → 200 */
export function updateEndUser(client: Client, input: { /** Id of the end user. */ id: EndUserId; body: UpdateEndUser }, options?: Options): Promise<EndUser> {
  return request(client, { method: 'PATCH', path: `/api/v1/end-users/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change, pause or resume an event sink `PATCH /api/v1/event-sinks/{id}` → 200 */
export function updateEventSink(client: Client, input: { /** Id of the event sink. */ id: EventSinkId; body: UpdateEventSink }, options?: Options): Promise<EventSink> {
  return request(client, { method: 'PATCH', path: `/api/v1/event-sinks/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change a fleet; a new plan is for SIMs that come into it from now on `PATCH /api/v1/fleets/{id}` → 200 */
export function updateFleet(client: Client, input: { /** Id of the fleet. */ id: FleetId; body: UpdateFleet }, options?: Options): Promise<Fleet> {
  return request(client, { method: 'PATCH', path: `/api/v1/fleets/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change a network access server `PATCH /api/v1/nases/{id}` → 200 */
export function updateNas(client: Client, input: { /** Id of the nas. */ id: NasId; body: UpdateNas }, options?: Options): Promise<Nas> {
  return request(client, { method: 'PATCH', path: `/api/v1/nases/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change which networks are allowed `PATCH /api/v1/network-access-profiles/{id}` → 200 */
export function updateNetworkAccessProfile(client: Client, input: { /** Id of the network access profile. */ id: NetworkAccessProfileId; body: UpdateNetworkAccessProfile }, options?: Options): Promise<NetworkAccessProfile> {
  return request(client, { method: 'PATCH', path: `/api/v1/network-access-profiles/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change the settings of the organization `PATCH /api/v1/organization` → 200 */
export function updateOrganization(client: Client, input: { body: UpdateOrganization }, options?: Options): Promise<Organization> {
  return request(client, { method: 'PATCH', path: '/api/v1/organization', body: input.body }, options);
}

/** Change how a plan is called, labelled, and whom it is for; the offer itself changes by a new version `PATCH /api/v1/plans/{id}` → 200 */
export function updatePlan(client: Client, input: { /** Id of the plan. */ id: PlanId; body: UpdatePlan }, options?: Options): Promise<Plan> {
  return request(client, { method: 'PATCH', path: `/api/v1/plans/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change name, data limit, labels and note of a pool `PATCH /api/v1/pools/{id}` → 200 */
export function updatePool(client: Client, input: { /** Id of the pool. */ id: PoolId; body: UpdatePool }, options?: Options): Promise<Pool> {
  return request(client, { method: 'PATCH', path: `/api/v1/pools/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change name, note, labels, account, end user, fleet and data limit `PATCH /api/v1/sims/{id}` → 200 */
export function updateSim(client: Client, input: { /** Id of the sim. */ id: SimId; body: UpdateSim }, options?: Options): Promise<Sim> {
  return request(client, { method: 'PATCH', path: `/api/v1/sims/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change a telecom `PATCH /api/v1/telecoms/{id}` → 200 */
export function updateTelecom(client: Client, input: { /** Id of the telecom. */ id: TelecomId; body: UpdateTelecom }, options?: Options): Promise<Telecom> {
  return request(client, { method: 'PATCH', path: `/api/v1/telecoms/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Change a zone; versions of plans keep it as it was when they were saved `PATCH /api/v1/zones/{id}` → 200 */
export function updateZone(client: Client, input: { /** Id of the zone. */ id: ZoneId; body: UpdateZone }, options?: Options): Promise<Zone> {
  return request(client, { method: 'PATCH', path: `/api/v1/zones/${encodeURIComponent(input.id)}`, body: input.body }, options);
}

/** Sign in as an end user by a link; the answer sets the session cookie `POST /api/auth/links/use` → 204 */
export function useLink(client: Client, input: { body: UseLink }, options?: Options): Promise<void> {
  return request(client, { method: 'POST', path: '/api/auth/links/use', body: input.body }, options);
}

/** Forgive a fee that is due; its SIM is free again when nothing else of it is `POST /api/v1/wallets/{id}/due-fees/{fee}/waive` → 200 */
export function waiveDueFee(client: Client, input: { /** Id of the wallet. */ id: WalletId; /** Id of the due fee. */ fee: DueFeeId; body: WaiveDueFee }, options?: Options): Promise<DueFee> {
  return request(client, { method: 'POST', path: `/api/v1/wallets/${encodeURIComponent(input.id)}/due-fees/${encodeURIComponent(input.fee)}/waive`, body: input.body }, options);
}

/** What the last days would have cost on other plans or in a pool; changes nothing `POST /api/v1/what-if` → 200 */
export function whatIf(client: Client, input: { body: WhatIf }, options?: Options): Promise<WhatIfResult> {
  return request(client, { method: 'POST', path: '/api/v1/what-if', body: input.body }, options);
}

/** Take back what one asked for oneself `POST /api/v1/wallet-adjustments/{id}/withdraw` → 200 */
export function withdrawWalletAdjustment(client: Client, input: { /** Id of the wallet adjustment. */ id: WalletAdjustmentId; body: DecideWalletAdjustment }, options?: Options): Promise<WalletAdjustment> {
  return request(client, { method: 'POST', path: `/api/v1/wallet-adjustments/${encodeURIComponent(input.id)}/withdraw`, body: input.body }, options);
}
