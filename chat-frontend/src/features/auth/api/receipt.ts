/** Follows what becomes of the data of somebody who has deleted their own account. */
import { useQuery } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";

const AGAIN_MS = 1_500;

/** Asked for again until every service has confirmed its part. */
export function useReceipt(receipt: string) {
  return useQuery({
    queryKey: ["receipt", receipt],
    queryFn: () => call("auth", () => authClient.POST("/erasures/receipt", { body: { receipt } })),
    refetchInterval: ({ state }) => (state.data?.completed_at === null ? AGAIN_MS : false),
  });
}
