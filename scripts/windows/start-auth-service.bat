@echo off
call "%~dp0..\run.bat" start-auth %*
exit /b %errorlevel%
