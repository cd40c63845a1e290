@echo off
call "%~dp0..\run.bat" list-admins %*
exit /b %errorlevel%
