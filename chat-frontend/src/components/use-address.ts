/** The page's address, changed step upon step. */
import { useEffect, useRef } from "react";
import { type NavigateOptions, useSearchParams } from "react-router-dom";

/** A change builds on the one before it, also where the page does not show that yet: it waits for code on its way. */
export function useAddress() {
  const [address, navigate] = useSearchParams();
  const newest = useRef(address);
  useEffect(() => {
    newest.current = address;
  }, [address]);
  const setAddress = (change: (current: URLSearchParams) => URLSearchParams, options?: NavigateOptions) => {
    newest.current = change(newest.current);
    navigate(newest.current, options);
  };
  return { address, setAddress };
}
