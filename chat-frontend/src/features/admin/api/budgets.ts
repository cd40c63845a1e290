/** Changes how much may be spent. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { t } from "i18next";
import { budgetsKey } from "@/api/budgets";
import { authClient, call, chatClient } from "@/api/clients";
import { ApiError, isNotFound } from "@/api/problem";
import type { Budget } from "@/api/shapes";

export type NewBudget = Pick<Budget, "scope" | "subject" | "period" | "limit_usd">;

/** Raises: ApiError that names the field `subject` when there is nobody of that name. */
async function userIdOf(username: string): Promise<string> {
  try {
    return (await call("auth", () => authClient.GET("/users/{username}", { params: { path: { username } } }))).id;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const message = t("There is nobody of this name.");
    throw new ApiError(message, "no_such_person", 404, [{ field: "subject", message }]);
  }
}

/** `username`: whom the budget is for, where it is for one person; the chat service knows people by their ids alone. */
export interface NewBudgetAttempt {
  budget: NewBudget;
  username: string | null;
  attemptKey: string;
}

export function useCreateBudget() {
  const client = useQueryClient();
  return useMutation({
    // Repeating an attempt whose answer was lost gives the same budget.
    mutationFn: async ({ budget, username, attemptKey }: NewBudgetAttempt) => {
      const body = username === null ? budget : { ...budget, subject: await userIdOf(username) };
      return call("chat", () => chatClient.POST("/budgets", { body, params: { header: { "Idempotency-Key": attemptKey } } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
}

export function useChangeBudget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, limit_usd }: Pick<Budget, "id" | "limit_usd">) =>
      call("chat", () => chatClient.PATCH("/budgets/{budget_id}", { params: { path: { budget_id: id } }, body: { limit_usd } })),
    // Also after a refusal: somebody may have removed it meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
}

export function useDeleteBudget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("chat", () => chatClient.DELETE("/budgets/{budget_id}", { params: { path: { budget_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
}
