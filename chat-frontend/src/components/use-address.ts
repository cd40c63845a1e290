/** The page's address, changed step upon step. */
import { useEffect, useRef } from "react";
import { type NavigateOptions, useSearchParams } from "react-router-dom";

/** A change builds on the one before it, also where the page does not show that yet: it waits for code on its way. */
export function useAddress() {
  const [address, navigate] = useSearchParams();
  const newest = useRef(address);
  const awaited = useRef<string[]>([]);
  useEffect(() => {
    const step = awaited.current.indexOf(address.toString());
    awaited.current = step === -1 ? [] : awaited.current.slice(step + 1);
    // Of steps that are still awaited the last one is newer than what shows.
    if (awaited.current.length === 0) newest.current = address;
  }, [address]);
  const setAddress = (change: (current: URLSearchParams) => URLSearchParams, options?: NavigateOptions) => {
    newest.current = change(newest.current);
    awaited.current.push(newest.current.toString());
    navigate(newest.current, options);
  };
  return { address, setAddress };
}
