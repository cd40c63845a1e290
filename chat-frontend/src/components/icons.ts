/** The page's icons, named once. */
export {
  Archive, ArchiveRestore, ArrowDown, ArrowUp, ChartColumn, Check, ChevronDown, CircleAlert, CircleUser, Clock, Coins,
  Copy, ExternalLink, FlaskConical, Image, KeyRound, LogOut, Menu, MessageCircle, MessagesSquare, Monitor, MonitorSmartphone, Moon,
  MoreHorizontal, Pencil, Plus, RefreshCw, Search, Sparkles, Square, Sun, Trash, UserCheck, Users, WifiOff, X,
} from "lucide-react";
