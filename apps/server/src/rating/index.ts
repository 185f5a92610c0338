export {
  chargeBetween,
  chargeOf,
  chargesEachUnit,
  componentOf,
  crossed,
  decideReadyExit,
  findTermsProblem,
  type Price,
  type PricedPart,
  pricedParts,
  priceOf,
  ratesOf,
  type Terms,
  type TermsProblem,
  type Totals,
} from './model/rating.ts';
export { poolPriceFor, poolTermsOf, priceFor, termsOf, zoningFor } from './model/terms.ts';
export { type Placing, type Zoning, zoningOf } from './model/zoning.ts';
