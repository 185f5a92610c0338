/** A NAS (PGW, GGSN or a proxy in front of one) as its telecom has it on file. `range` is a CIDR or an address. */
export type Nas = {
  id: string;
  organizationId: string;
  telecomId: string;
  name: string;
  range: string;
  secret: Buffer;
  coaHost: string;
  coaPort: number;
  requireMessageAuthenticator: boolean;
  noGigawords: boolean;
};

/** What a NAS told about one session, counters cumulative. */
export type UsageUpdate = {
  source: 'radius';
  nasId: string;
  organizationId: string;
  telecomId: string;
  kind: 'start' | 'update' | 'stop';
  /** Acct-Session-Id + '/' + Charging-ID + '/' + NSAPI, the last two empty if not sent. */
  sessionKey: string;
  acctSessionId: string;
  chargingId: string | null;
  imsi: string | null;
  msisdn: string | null;
  imei: string | null;
  /** Visited network, from SGSN-MCC-MNC or else the user location, digits as received: `26201`, `310410`. */
  plmn: string | null;
  /** LAC or TAC, and cell, from the user location, hexadecimal. */
  area: string | null;
  cell: string | null;
  rat: string | null;
  apn: string | null;
  framedIp: string | null;
  /** Cumulative octets of the session, gigawords included. Input = uplink, from the device. */
  up: bigint;
  down: bigint;
  hasGigawords: boolean;
  /** The NAS is flagged as counting in 32 bits only. */
  noGigawords: boolean;
  /** Seconds. */
  sessionTime: number | null;
  terminateCause: number | null;
  /** Our mark in Class: the session was told to carry nothing. */
  walled: boolean;
  /** Event-Timestamp, else received − Acct-Delay-Time. */
  eventTime: Date;
  receivedAt: Date;
};

/** Accounting-On or -Off: the NAS has forgotten every session. */
export type NasReset = { nas: Nas; kind: 'on' | 'off'; eventTime: Date; receivedAt: Date };

export type AccessRequest = {
  nas: Nas;
  imsi: string | null;
  msisdn: string | null;
  imei: string | null;
  plmn: string | null;
  area: string | null;
  cell: string | null;
  rat: string | null;
  apn: string | null;
  userName: string | null;
  calledStationId: string | null;
};

/**
 * `interimSeconds` goes out as Acct-Interim-Interval (RFC 2869: at least 60); `message` as Reply-Message. `walled` as the name of a
 * filter that lets nothing through, and as a mark in Class, which the NAS returns with every record (RFC 2865 sections 5.11, 5.25).
 */
export type AccessAnswer =
  | { accept: true; interimSeconds: number; walled?: boolean; class?: Buffer }
  | { accept: false; message: string };

/** What the edge is given. It keeps nothing itself. */
export type Deps = {
  /** Longest match of the source address; cached by the caller, it is asked for every packet. */
  findNas(address: string): Nas | null;
  /** Resolves when durable: only then is the packet acknowledged. Rejects: silence, the NAS repeats. */
  account(update: UsageUpdate): Promise<void>;
  reset(reset: NasReset): Promise<void>;
  authorize(request: AccessRequest): Promise<AccessAnswer>;
  count(event: string, nas: Nas | null): void;
  now(): Date;
  log(level: 'info' | 'warn' | 'error', message: string, fields?: object): void;
};
