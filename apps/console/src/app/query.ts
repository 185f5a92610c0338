import { keepPreviousData, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/http.ts';

/** Answers are kept ten minutes, so that going back is instant; the live feed says when one is old. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 600_000,
      placeholderData: keepPreviousData,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});
