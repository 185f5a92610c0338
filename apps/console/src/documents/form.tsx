import { Select, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import {
  type BillingDetails,
  type BillingDetailsForm,
  type DocumentLanguage,
  setBillingDetails,
} from '../api/documents.ts';
import { countryName } from '../catalog/countries.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { languageWords, schemes } from './words.ts';

const above = 'above';
/** ISO 3166-1. */
const codes = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF
  CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN
  GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR
  LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG
  PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL
  TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`;

/** Countries by name, in the viewer's language. */
function countries(): { value: string; label: string }[] {
  const named = codes.split(/\s+/).map((value) => ({ value, label: countryName(value) }));
  return named.sort((a, b) => a.label.localeCompare(b.label));
}

/** Who an account is on its bills. Bills that exist keep what they have. */
export function DetailsForm({ details, onClose }: { details: BillingDetails; onClose: () => void }) {
  const save = useAction((form: BillingDetailsForm) => setBillingDetails(details.account, form), {
    changes: ['billing-details'],
    done: 'The billing details are kept. Bills from now on have them.',
    onDone: onClose,
    quiet: true,
  });
  const known = useMemo(countries, []);
  const form = useForm(
    {
      ...{ legalName: details.legalName ?? '', street: details.street ?? '', street2: details.street2 ?? '' },
      ...{ postalCode: details.postalCode ?? '', city: details.city ?? '', region: details.region ?? '' },
      ...{
        countryCode: details.countryCode ?? '',
        registration: details.registration ?? '',
        email: details.email ?? '',
      },
      ...{ scheme: details.endpoint?.scheme ?? '', endpoint: details.endpoint?.id ?? '' },
      ...{ buyerReference: details.buyerReference ?? '', language: details.language ?? above },
    },
    save.error,
  );
  const { values, text, set, errors } = form;
  const isOurs = details.account.startsWith('org_');
  const half = (values.scheme === '') !== (values.endpoint.trim() === '');
  function submit(): void {
    const { scheme, endpoint, language, ...plain } = values;
    const words = Object.fromEntries(
      Object.entries(plain).map(([name, value]) => [name, value.trim() === '' ? null : value.trim()]),
    ) as Omit<BillingDetailsForm, 'endpoint' | 'language'>;
    save.mutate({
      ...words,
      endpoint: scheme ? { scheme, id: endpoint.trim() } : null,
      language: language === above ? null : (language as DocumentLanguage),
    });
  }
  return (
    <Dialog
      title={`Billing details of ${details.name}`}
      submit="Keep the details"
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
      disabled={half}
    >
      <TextInput
        label="Legal name"
        description={`Only if it differs from ${details.name}.`}
        {...text('legalName')}
        maxLength={200}
        autoComplete="organization"
        data-autofocus
      />
      <TextInput label="Street" {...text('street')} maxLength={200} autoComplete="address-line1" />
      <TextInput label="Second line" {...text('street2')} maxLength={200} autoComplete="address-line2" />
      <div className="form-row">
        <TextInput label="Postal code" {...text('postalCode')} maxLength={20} autoComplete="postal-code" />
        <TextInput label="City" {...text('city')} maxLength={100} autoComplete="address-level2" />
      </div>
      <div className="form-row">
        <TextInput label="State or region" {...text('region')} maxLength={100} autoComplete="address-level1" />
        <Select
          label="Country"
          data={known}
          value={values.countryCode || null}
          onChange={(value) => set('countryCode', value ?? '')}
          error={errors.countryCode}
          searchable
          clearable
          limit={60}
        />
      </div>
      <div className="form-row">
        <TextInput label="Trade register" {...text('registration')} maxLength={100} />
        <TextInput
          label={isOurs ? 'Email on bills' : 'Email for bills'}
          type="email"
          {...text('email')}
          maxLength={254}
        />
      </div>
      <div className="form-row">
        <Select
          label="Electronic address"
          description="Where electronic bills go (Peppol)."
          data={[...schemes, ...unlisted(values.scheme)]}
          value={values.scheme || null}
          onChange={(value) => set('scheme', value ?? '')}
          error={errors.endpoint}
          searchable
          clearable
        />
        <TextInput
          label="Number in that scheme"
          description="Without the code of the scheme."
          {...text('endpoint')}
          error={half ? 'A scheme and a number, or neither' : errors.endpoint}
          maxLength={100}
        />
      </div>
      <div className="form-row">
        {!isOurs && (
          <TextInput
            label="Its reference"
            description="What it wants to read on its bills."
            {...text('buyerReference')}
            maxLength={100}
          />
        )}
        <Select
          label={isOurs ? 'Language of bills' : 'Language of its bills'}
          description={isOurs ? 'Unless a company has another one.' : 'Of words, dates and figures.'}
          data={[
            { value: above, label: isOurs ? 'English (default)' : 'As the organization' },
            ...Object.entries(languageWords).map(([value, label]) => ({ value, label })),
          ]}
          value={values.language}
          onChange={(value) => value && set('language', value)}
          allowDeselect={false}
        />
      </div>
    </Dialog>
  );
}

/** A scheme that is set and not among the usual ones. */
function unlisted(scheme: string): { value: string; label: string }[] {
  return scheme && !schemes.some(({ value }) => value === scheme) ? [{ value: scheme, label: scheme }] : [];
}
